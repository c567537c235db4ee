import { readFileSync } from 'node:fs';
import { Marked } from 'marked';
import { gfmHeadingId } from 'marked-gfm-heading-id';
import type { Plugin } from 'vite';

/**
 * Resolves the page's links to guides. Within the site they lead to the guides of the site. For a page on its
 * own, guides of `docs/` are written next to it as separate pages.
 */
export function guidesPlugin(names: readonly string[], { inSite }: { inSite: boolean }): Plugin {
  if (inSite) {
    return {
      name: 'perm-lmc:guides',
      transformIndexHtml: (html) => html.replaceAll('href="guides/', 'href="../guides/'),
    };
  }
  return {
    name: 'perm-lmc:guides',
    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        const name = names.find((each) => request.url?.endsWith(`/guides/${each}.html`));
        if (name === undefined) return next();
        response.setHeader('content-type', 'text/html; charset=utf-8');
        response.end(guidePage(name, names));
      });
    },
    generateBundle() {
      for (const name of names) {
        const source = guidePage(name, names);
        this.emitFile({ type: 'asset', fileName: `guides/${name}.html`, source });
      }
    },
  };
}

/** A guide as a separate page. It keeps links to guides of `names` and to other sites. */
export function guidePage(name: string, names: readonly string[]): string {
  const markdown = readFileSync(new URL(`../../../docs/${name}.md`, import.meta.url), 'utf8');
  const title = /^# (.*)$/m.exec(markdown)?.[1] ?? name;
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="../icon.svg" type="image/svg+xml">
<title>${title} · perm-lmc</title>
<style>${STYLE}</style>
<p><a href="../">← Back to the page</a></p>
<main>
${renderGuide(markdown, names)}
</main>
</html>
`;
}

/** The HTML of a guide. Images, and links that lead nowhere from here, become plain text. */
function renderGuide(markdown: string, names: readonly string[]): string {
  const targetOf = (href: string) => {
    if (/^(https:|#)/.test(href)) return href;
    const [, guide, anchor = ''] = /^([\w-]+)\.md(#[\w-]+)?$/.exec(href) ?? [];
    return guide !== undefined && names.includes(guide) ? `${guide}.html${anchor}` : null;
  };
  const marked = new Marked(gfmHeadingId(), {
    renderer: {
      image: ({ text }) => text,
      link({ href, tokens }) {
        const [text, target] = [this.parser.parseInline(tokens), targetOf(href)];
        return target === null ? text : `<a href="${target}">${text}</a>`;
      },
    },
  });
  return marked.parse(markdown, { async: false });
}

const STYLE = `
  :root { color-scheme: light dark; font: 1.0625rem/1.6 system-ui, sans-serif;
    color: light-dark(#1d2430, #e7e9ed); background: light-dark(#fbfaf7, #14171c) }
  body { margin: 2rem auto 4rem; max-width: 46rem; padding: 0 1.25rem; overflow-wrap: break-word }
  h1, h2, h3 { line-height: 1.25; letter-spacing: -0.012em }
  h2 { margin-top: 2.5rem }
  a { color: light-dark(#0b5f8f, #7cc4ee); text-underline-offset: 0.15em }
  pre, table { overflow-x: auto }
  table { display: block }
  pre { padding: 0.9rem 1rem; border-radius: 8px; background: light-dark(#fff, #1c2027) }
  code { font: 0.9em/1.5 ui-monospace, Menlo, Consolas, monospace }
  table { border-collapse: collapse; font-size: 0.95rem }
  th, td { padding: 0.35rem 0.9rem 0.35rem 0; border-bottom: 1px solid light-dark(#d9d6cd, #363c47);
    text-align: left; vertical-align: top }
`;
