import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { guidePage } from '../../../examples/browser/build/guides';

describe('guidePage', () => {
  const folder = new URL('../../../docs/', import.meta.url);
  const names = readdirSync(folder).flatMap((file) => /^(.*)\.md$/.exec(file)?.[1] ?? []);

  it.each(names)('the links of %s lead to what is there', (name) => {
    const html = guidePage(name, names);
    expect(html).toContain('<h1 id=');
    for (const [, href] of html.matchAll(/ href="([^"]+)"/g)) {
      const [, guide, anchor] = /^([\w-]+)\.html(?:#(.+))?$/.exec(href) ?? [];
      if (guide === undefined) expect(href).toMatch(/^(https:|#|\.\.\/(icon\.svg)?$)/);
      else if (anchor) expect(guidePage(guide, names)).toContain(` id="${anchor}"`);
      else expect(names).toContain(guide);
    }
  });

  it('keeps only the text of a link to a guide that is not there, and of an image', () => {
    const html = guidePage('concepts', ['concepts']);
    expect(html).not.toMatch(/href="[\w-]+\.(?:md|html)/);
    expect(guidePage('page', names)).not.toContain('<img');
  });
});
