import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { guidePage } from '../../../examples/browser/build/guides';
import { renderMarkdown } from '../../../examples/browser/build/markdown';

const render = (markdown: string) => renderMarkdown(markdown, (href) => href);

describe('renderMarkdown', () => {
  it.each([
    ['## A title, twice', '<h2 id="a-title-twice">A title, twice</h2>'],
    ['two\nlines', '<p>two\nlines</p>'],
    ['a < b & c', '<p>a &lt; b &amp; c</p>'],
    [
      '**bold** and _slanted_, not snake_case_names',
      '<p><strong>bold</strong> and <em>slanted</em>, not snake_case_names</p>',
    ],
    ['`a_b_c **x** <y>`', '<p><code>a_b_c **x** &lt;y></code></p>'],
    ['[see `f`](f.html)', '<p><a href="f.html">see <code>f</code></a></p>'],
    ['- one\n- two\n  more', '<ul><li>one</li><li>two\nmore</li></ul>'],
    ['1. one\n2. two', '<ol><li>one</li><li>two</li></ol>'],
    [
      '```ts given=x\nif (a < b) {\n\n}\n```\nafter',
      '<pre><code>if (a &lt; b) {\n\n}</code></pre>\n<p>after</p>',
    ],
    ['    S = A · B', '<pre><code>S = A · B</code></pre>'],
    [
      '| a | b |\n| - | - |\n| `x \\| y` | 2 |',
      '<div class="table"><table><thead><tr><th>a</th><th>b</th></tr></thead><tbody><tr><td><code>x | y</code></td><td>2</td></tr></tbody></table></div>',
    ],
  ])('writes %j as HTML', (markdown, html) => {
    expect(render(markdown)).toBe(html);
  });

  it('keeps only the text of a link that leads nowhere, and of an image', () => {
    const html = renderMarkdown('[code](../src/x.ts), ![a figure](x.svg)', () => null);
    expect(html).toBe('<p>code, a figure</p>');
  });
});

describe('guidePage', () => {
  const folder = new URL('../../../docs/', import.meta.url);
  const names = readdirSync(folder).flatMap((file) => /^(.*)\.md$/.exec(file)?.[1] ?? []);

  it.each(names)(
    'nothing of %s is left as Markdown, and its links lead to what is there',
    (name) => {
      const html = guidePage(name, names);
      const prose = html.replace(/<(pre|code|style)\b.*?<\/\1>/gs, '');
      expect(prose).not.toMatch(/\*\*|```|\]\(|^#|^\||^- /m);
      for (const [, href] of html.matchAll(/href="([^"]+)"/g)) {
        const [, guide, anchor] = /^([\w-]+)\.html(?:#(.+))?$/.exec(href) ?? [];
        if (guide === undefined) expect(href).toMatch(/^(https:|#|data:|\.\.\/$)/);
        else if (anchor) expect(guidePage(guide, names)).toContain(` id="${anchor}"`);
        else expect(names).toContain(guide);
      }
    },
  );
});
