import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import * as tf from '@tensorflow/tfjs-core';
import { serializeSafetensors } from 'perm-lmc';
import type { Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../../support/backend';
import { fixture, type OpenPage, openPage } from './servedPage';
import type { Visit } from './visit';

const [pathA, pathB] = [fixture('mlp64_A'), fixture('mlp64_B')];

/** Files that come too early, are too large, hold up the worker, or have names that hide something. */
export function hostileFiles(visit: Visit): void {
  describe('files on a bad day', () => {
    let opened: OpenPage;
    let folder: string;
    const open = async (before?: (page: Page) => Promise<unknown>) => {
      opened = await openPage(visit, {}, before);
    };
    const choose = (files: Parameters<Page['setInputFiles']>[1]) =>
      opened.page.getByLabel('Choose files').setInputFiles(files);
    const press = (name: string) => opened.page.getByRole('button', { name }).click();
    const listed = (name: 'Files' | 'Waiting files') =>
      opened.page.getByRole('list', { name, exact: true }).getByRole('listitem').allTextContents();
    const error = async (message: RegExp) => {
      const text = opened.page.locator('#error-text', { hasText: message });
      await text.waitFor();
      return (await text.textContent())!;
    };

    beforeAll(async () => {
      await useBackend('wasm');
      folder = mkdtempSync(join(tmpdir(), 'perm-lmc-files-'));
    });
    afterEach(() => opened.page.close());
    afterAll(() => rmSync(folder, { recursive: true }));

    it('files that come before the digits and the worker wait, and are read when the page is ready', async () => {
      const answers: string[] = [];
      const gates = ['digits.bin', 'main-', '.wasm'].map((name) => gate(name));
      await open(async (page) => {
        page.on('response', (response) => answers.push(`${response.status()} ${response.url()}`));
        for (const { name, passed } of gates) {
          const late = (url: URL) => url.pathname.includes(name) && !url.pathname.includes('.css');
          await page.route(late, (route) => passed.then(() => route.fallback()));
        }
      });
      await choose(pathA);
      await choose({ name: 'unwanted.safetensors', mimeType: '', buffer: Buffer.from('no') });
      expect(await listed('Waiting files')).toEqual([
        expect.stringMatching(/mlp64_A.safetensorswaits/),
        expect.stringMatching(/unwanted.safetensorswaits/),
      ]);
      await press('Remove unwanted.safetensors');
      gates[0].open();
      await opened.hear(/Starting the backend/);
      await choose(pathB);
      expect(await listed('Waiting files')).toHaveLength(2);
      for (const { open } of gates) open();
      await opened.hear(/Both networks are loaded/);
      expect(await listed('Waiting files')).toEqual([]);
      expect(await listed('Files')).toEqual([
        expect.stringContaining('mlp64_A'),
        expect.stringContaining('mlp64_B'),
      ]);
      expect(answers.filter((answer) => !answer.startsWith('200'))).toEqual([]);
      expect(answers.filter((answer) => answer.endsWith('.wasm'))).toHaveLength(1);
      expect(opened.faults).toEqual([]);
    });

    it('files that come during a task wait for its end', async () => {
      await open();
      await opened.hear(/Ready/);
      await opened.page.getByLabel('Hidden units in each layer').selectOption('512'); // It takes a while.
      await press('Train A and B');
      await opened.hear(/Training network A/);
      await choose(pathA);
      expect(await listed('Waiting files')).toHaveLength(1);
      await press('Cancel');
      await opened.hear(/1 of 2 networks/);
      expect(await listed('Waiting files')).toEqual([]);
    });

    it('a file larger than a browser can hold is refused unread, with the command that merges it', async () => {
      const paths = ['big one.safetensors', 'b.safetensors'].map((name) => join(folder, name));
      for (const path of paths) {
        writeFileSync(path, '');
        truncateSync(path, 2.2e9);
      }
      await open();
      await opened.hear(/Ready/);
      await choose(paths);
      expect(await error(/big one/)).toBe(
        "'big one.safetensors' has 2.2 GB, and with WebAssembly this page merges networks of up to 400 MB. Use the command: npx perm-lmc merge 'big one.safetensors' b.safetensors -o merged.safetensors",
      );
      expect(await listed('Files')).toEqual([]);
    });

    it('a file that has changed since it was chosen is asked for again', async () => {
      const path = join(folder, 'changed.safetensors');
      writeFileSync(path, readFileSync(pathA));
      await open();
      await opened.hear(/Ready/);
      await choose([path, pathB]);
      await opened.hear(/Both networks are loaded/);
      writeFileSync(path, readFileSync(pathB).subarray(0, 1000));
      await press('Align and merge');
      await error(/'changed.safetensors' could not be read. If it was changed.* choose it again/);
    });

    it('a worker that cannot hear is ended when its task is cancelled, and files are read again', async () => {
      await open(
        inWorker(`
        const read = File.prototype.arrayBuffer;
        File.prototype.arrayBuffer = function () {
          if (this.name === 'endless.safetensors') for (;;);
          return read.call(this);
        };`),
      );
      await opened.hear(/Ready/);
      await choose(pathA);
      await opened.hear(/1 of 2 networks/);
      await choose({ name: 'endless.safetensors', mimeType: '', buffer: readFileSync(pathB) });
      await opened.hear(/Reading endless/);
      await press('Cancel');
      await opened.hear(/Ready: computing with WebAssembly/);
      await expect.poll(() => opened.page.workers().length, { timeout: 30_000 }).toBe(1);
      expect(await listed('Files')).toEqual([expect.stringContaining('mlp64_A')]);
      await choose(pathB);
      await opened.hear(/Both networks are loaded/);
      await press('Align and merge');
      await opened.hear(/ready to be downloaded/);
    });

    it('a worker whose WebAssembly has failed is replaced', async () => {
      await open(
        inWorker(`
        const read = File.prototype.arrayBuffer;
        File.prototype.arrayBuffer = async function () {
          if (this.name === 'full.safetensors') throw new WebAssembly.RuntimeError('out of bounds');
          return read.call(this);
        };`),
      );
      await opened.hear(/Ready/);
      await choose({ name: 'full.safetensors', mimeType: '', buffer: Buffer.from('') });
      await error(/WebAssembly failed \(out of bounds\).*choose another backend/);
      await opened.hear(/Ready: computing with WebAssembly/);
      await choose(pathA);
      await opened.hear(/1 of 2 networks/);
    });

    it('a file of the page that inflates without end is damaged', async () => {
      await open((page) =>
        page.route('**/digits.bin', (route) =>
          route.fulfill({ body: gzipSync(Buffer.alloc(65e6)) }),
        ),
      );
      await error(/digits\.bin is damaged: it has more than 64 MB/);
    });

    it('characters that hide, turn or mark up text are shown as they are', async () => {
      const name = 'fc1\u202e\u0007.<img src=x onerror="alert(1)">\u200b';
      const network = { [name]: tf.ones([2, 2]), other: tf.ones([2]) };
      const buffer = Buffer.from(await serializeSafetensors(network));
      tf.dispose(network);
      await open();
      await opened.hear(/Ready/);
      await choose([
        { name: 'a\u202esrotensefas.safetensors', mimeType: '', buffer },
        { name: 'b.safetensors', mimeType: '', buffer: readFileSync(pathB) },
      ]);
      const shown = 'fc1\\u{202e}\\u{7}.<img src=x onerror="alert(1)">\\u{200b}';
      expect(await error(/different parameters/)).toContain(`only A has '${shown}'`);
      expect((await listed('Files'))[0]).toContain('a\\u{202e}srotensefas.safetensors');
      expect(await opened.page.locator('img').count()).toBe(0);
      expect(await opened.page.locator('body').innerText()).not.toMatch(/[\p{Cf}]/u);
    });
  });
}

/** Requests for files whose names contain `name` wait until the gate is opened. */
function gate(name: string): { name: string; passed: Promise<void>; open: () => void } {
  let open = () => {};
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { name, passed, open: () => open() };
}

/** Has the worker run this program before its own. */
function inWorker(program: string): (page: Page) => Promise<unknown> {
  return (page) =>
    page.route('**/assets/main-*.js', async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, body: `{${program}}\n${await response.text()}` });
    });
}
