import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BrowserContextOptions, Page } from 'playwright';
import { build, preview } from 'vite';
import type { Visit } from './visit';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const configFile = join(root, 'examples/browser/vite.config.ts');

/** The path of a fixture of the tests. */
export function fixture(name: string): string {
  return join(root, `test/fixtures/${name}.safetensors`);
}

/** The built page on a server of its own. */
export interface ServedPage {
  /** Its address, in a folder of the server. */
  readonly address: string;
  close(): Promise<void>;
}

/** Builds the page into a temporary folder and serves it from a folder of a server, as it may be deployed. */
export async function servePage(): Promise<ServedPage> {
  if (!existsSync(join(root, 'dist/index.js'))) {
    execFileSync('npm', ['run', 'build'], { cwd: root });
  }
  const folder = mkdtempSync(join(tmpdir(), 'perm-lmc-page-'));
  const common = { configFile, logLevel: 'error' as const };
  await build({ ...common, build: { outDir: join(folder, 'some/folder') } });
  const server = await preview({
    ...common,
    build: { outDir: folder },
    preview: { port: 0, host: '127.0.0.1' },
  });
  const address = new URL('some/folder/', server.resolvedUrls!.local[0]).href;
  return {
    address,
    async close() {
      await server.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** An open page, and what went wrong on it: errors, and requests that left its server. */
export interface OpenPage {
  readonly page: Page;
  readonly faults: readonly string[];
  /** Resolves when the page says something that matches. */
  hear(words: RegExp): Promise<string>;
}

/** Opens the page in quick mode; with `before`, what to do before it is loaded. */
export async function openPage(
  { browser, served: { address } }: Visit,
  options: BrowserContextOptions = {},
  before: (page: Page) => Promise<unknown> = async () => {},
): Promise<OpenPage> {
  const page = await browser.newPage({ viewport: { width: 1000, height: 900 }, ...options });
  page.setDefaultTimeout(100_000);
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') faults.push(message.text());
  });
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(address) && !/^(data|blob):/.test(url)) faults.push(`asked for ${url}`);
  });
  await before(page);
  await page.goto(`${address}?quick`);
  const hear = async (words: RegExp) => {
    const status = page.locator('#status').filter({ hasText: words });
    await status.waitFor();
    return (await status.textContent())!;
  };
  return { page, faults, hear };
}
