import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import * as esbuild from 'esbuild';
import type { Browser } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumMissing, startChromium } from '../support/chromium';
import { installedPackage, projectFolder, root, run } from '../support/installedPackage';
import { type Bundle, bundlers, modulesOf } from './bundlers';
import { expected, program } from './program';

const missing = chromiumMissing();
if (missing) process.stderr.write(`tests in Chromium skipped: ${missing}\n`);

let project: string;
let server: Server;
let browser: Browser | undefined;

beforeAll(async () => {
  project = await installedPackage();
  server = createServer(({ url }, response) => {
    try {
      const { pathname } = new URL(url!, 'http://localhost');
      if (pathname === '/favicon.ico') return response.writeHead(204).end(); // Chromium asks for it.
      const types: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript' };
      const content = readFileSync(join(project, pathname));
      response.setHeader('content-type', types[extname(pathname)] ?? 'application/octet-stream');
      response.end(content);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  if (!missing) browser = await startChromium();
}, 180_000);

afterAll(async () => {
  await browser?.close();
  server?.close();
});

describe.each(['esbuild', 'Vite', 'webpack'] as const)('a program bundled with %s', (name) => {
  let bundle: Bundle;
  beforeAll(async () => {
    const folder = projectFolder(name);
    writeFileSync(join(folder, 'main.js'), program);
    bundle = await bundlers[name](folder);
  }, 180_000);

  it('has tfjs-core inside once', () => {
    expectOneEngine(bundle.modules);
  });

  it.skipIf(missing !== null)('runs in Chromium', async () => {
    expect(await printedBy(`${name}/out/index.html`)).toEqual({ printed: expected, errors: [] });
  });
});

describe('under a content security policy that forbids WebAssembly', () => {
  const write = (name: string, content: string) =>
    writeFileSync(join(project, 'esbuild/out', name), content);
  const page = (script: string) => `<!doctype html>
    <meta http-equiv="Content-Security-Policy" content="script-src 'self'">
    <script type="module" src="${script}"></script>`;

  it.skipIf(missing !== null)('a bundle finds the same without it', async () => {
    write('strict.html', page('main.js'));
    expect((await printedBy('esbuild/out/strict.html')).printed).toEqual(expected);
  });

  it.skipIf(missing !== null)('there is none, indeed', async () => {
    write('probe.html', page('probe.js'));
    write(
      'probe.js',
      `let forbidden = false;
      try {
        new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0));
      } catch {
        forbidden = true;
      }
      console.log(JSON.stringify({ forbidden }));`,
    );
    expect((await printedBy('esbuild/out/probe.html')).printed).toEqual({ forbidden: true });
  });
});

it('a program bundled with esbuild for Node runs there', async () => {
  const folder = projectFolder('esbuildNode');
  writeFileSync(join(folder, 'main.js'), program);
  const outfile = join(folder, 'out.cjs');
  const { metafile } = await esbuild.build({
    ...{ entryPoints: [join(folder, 'main.js')], outfile, bundle: true, metafile: true },
    // tfjs's backends say of their files for Node that they have no side effects: esbuild drops them.
    ...{ platform: 'node', format: 'cjs', mainFields: ['module', 'main'] },
  });
  expectOneEngine(modulesOf(metafile));
  expect(JSON.parse(run('node', [outfile], folder).trim().split('\n').at(-1)!)).toEqual(expected);
});

function expectOneEngine(modules: readonly string[]): void {
  expect(modules.filter((file) => /tfjs-core\/dist\/engine\.js$/.test(file))).toHaveLength(1);
  // tfjs's builds in one file would be another copy.
  expect(modules.filter((file) => /dist\/tf-core\./.test(file))).toEqual([]);
}

/** The page of the docs, its files where npm has installed them. */
function pageOfDocs(heading: string): string {
  const text = readFileSync(join(root, 'docs/package.md'), 'utf8');
  const section = text.slice(text.indexOf(`### ${heading}`));
  return /```html\n([\s\S]*?)```/.exec(section)![1];
}

describe('a page without a bundler', () => {
  it.skipIf(missing !== null).each([
    ['tfjs by script tags', 'With tfjs from script tags'],
    ['tfjs as modules', 'With tfjs as modules'],
  ])('runs from the built files with the import map of the docs: %s', async (folder, heading) => {
    const path = folder.replaceAll(' ', '-');
    mkdirSync(join(project, path), { recursive: true });
    const script = program.replace("import '@tensorflow/tfjs-backend-cpu';", '');
    const html = pageOfDocs(heading);
    expect(html).toContain('// your program');
    writeFileSync(
      join(project, path, 'index.html'),
      html.replace('// your program', () => script),
    );
    expect(await printedBy(`${path}/index.html`)).toEqual({ printed: expected, errors: [] });
  });

  it.skipIf(missing !== null)('is told to load tfjs where it has not', async () => {
    writeFileSync(
      join(project, 'without.html'),
      `<!doctype html><script type="module">
        import('/node_modules/perm-lmc/dist/browser/tfjs.js').catch(({ message }) => console.log(JSON.stringify({ message })));
      </script>`,
    );
    const { printed } = await printedBy('without.html');
    expect(printed).toEqual({
      message: expect.stringContaining('Load tfjs by script tags before this module'),
    });
  });
});

/** The JSON that a page prints, and the errors that Chromium reports until it does. */
async function printedBy(path: string): Promise<{ printed: unknown; errors: string[] }> {
  const page = await browser!.newPage();
  let timer: NodeJS.Timeout | undefined;
  try {
    const errors: string[] = [];
    const text = await new Promise<string>((resolve, reject) => {
      page.on('console', (message) => {
        if (message.type() === 'log') resolve(message.text());
        if (message.type() === 'error') errors.push(message.text());
      });
      page.on('pageerror', reject);
      timer = setTimeout(
        () => reject(new Error(`nothing was printed. ${errors.join('\n')}`)),
        40_000,
      );
      const { port } = server.address() as AddressInfo;
      page.goto(`http://127.0.0.1:${port}/${path}`).catch(reject);
    });
    if (!text.startsWith('{')) throw new Error(text);
    return { printed: JSON.parse(text), errors };
  } finally {
    clearTimeout(timer);
    await page.close();
  }
}
