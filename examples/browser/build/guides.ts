import { readFileSync } from 'node:fs';
import type { Plugin } from 'vite';

/** Puts guides of `docs/` beside the page, as they are written, so that its links lead somewhere. */
export function guidesPlugin(names: readonly string[]): Plugin {
  return {
    name: 'perm-lmc:guides',
    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        const name = names.find((each) => request.url?.endsWith(`/guides/${each}.html`));
        if (name === undefined) return next();
        response.setHeader('content-type', 'text/html; charset=utf-8');
        response.end(guide(name));
      });
    },
    generateBundle() {
      for (const name of names) {
        this.emitFile({ type: 'asset', fileName: `guides/${name}.html`, source: guide(name) });
      }
    },
  };
}

function guide(name: string): string {
  const markdown = readFileSync(new URL(`../../../docs/${name}.md`, import.meta.url), 'utf8');
  const title = /^# (.*)$/m.exec(markdown)?.[1] ?? name;
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>${escaped(title)} · perm-lmc</title>
<style>
  body { margin: 2rem auto; max-width: 46rem; padding: 0 1rem; font: 1rem/1.6 system-ui, sans-serif }
  pre { white-space: pre-wrap; overflow-wrap: anywhere; font: 0.9rem/1.6 ui-monospace, monospace }
</style>
<p><a href="../">Back to the page</a></p>
<pre>${escaped(markdown)}</pre>
</html>
`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
