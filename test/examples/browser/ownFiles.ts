import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import {
  interpolate,
  mlpSpec,
  type PermutationSpec,
  parsePermutations,
  parseSafetensors,
  permutationSpec,
  permute,
  renamePrefix,
  serializePermutations,
  serializeSafetensors,
  serializeSpec,
  weightMatch,
} from 'perm-lmc';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../../support/backend';
import { fixture, type OpenPage, openPage } from './servedPage';
import type { Visit } from './visit';

const [pathA, pathB] = [fixture('mlp64_A'), fixture('mlp64_B')];
const patterns = {
  'fc1.weight': 'h1 _',
  'fc1.bias': 'h1',
  'fc2.weight': 'h2 h1',
  'fc2.bias': 'h2',
  'fc3.weight': '_ h2',
  'fc3.bias': '_',
};

/** Tests of a visitor's files of networks. */
export function ownFiles(visit: Visit): void {
  describe('files of one’s own', () => {
    let opened: OpenPage;
    const press = (name: string | RegExp) => opened.page.getByRole('button', { name }).click();
    const error = () => opened.page.getByRole('alert').textContent();
    const choose = (
      files: Parameters<ReturnType<OpenPage['page']['locator']>['setInputFiles']>[0],
    ) => opened.page.getByLabel('Choose files').setInputFiles(files);
    const removeAll = async () => {
      const buttons = opened.page.getByRole('button', { name: /^Remove/ });
      while ((await buttons.count()) > 0) {
        const name = (await buttons.first().getAttribute('aria-label'))!.replace('Remove ', '');
        await buttons.first().click();
        await opened.hear(new RegExp(`${name} is removed`));
      }
    };

    /** Presses the button and reads both files that come back. */
    async function mergedFiles(): Promise<{ merged: Buffer; permutations: string }> {
      await press('Align and merge');
      await opened.hear(/ready to be downloaded/);
      const read = async (name: string) => {
        const [download] = await Promise.all([
          opened.page.waitForEvent('download'),
          opened.page.getByRole('link', { name: `Download ${name}` }).click(),
        ]);
        expect(download.suggestedFilename()).toBe(name);
        return readFileSync(await download.path());
      };
      const merged = await read('merged.safetensors');
      return { merged, permutations: (await read('permutations.json')).toString() };
    }

    beforeAll(async () => {
      await useBackend('wasm');
      opened = await openPage(visit);
      await opened.hear(/Ready/);
    });
    afterAll(() => opened?.page.close());

    it('two files merge to what the library makes of them in Node', async () => {
      await choose([pathA, pathB]);
      await opened.hear(/Both networks are loaded/);
      const { merged, permutations } = await mergedFiles();
      const expected = await mergedInNode(mlpSpec(3, { layout: 'pytorch' }), 0.5);
      expect(parsePermutations(permutations)).toEqual(parsePermutations(expected.permutations));
      expect(merged.equals(expected.merged)).toBe(true);
    });

    it.each([
      ['webgl', 'WebGL'],
      ['cpu', 'plain JavaScript'],
    ])(
      'on %s the permutations are the same, with files that were there before',
      async (name, said) => {
        await opened.page.getByLabel('Compute with').selectOption(name);
        await opened.hear(new RegExp(`Ready: computing with ${said}`));
        const { permutations } = await mergedFiles();
        const expected = await mergedInNode(mlpSpec(3, { layout: 'pytorch' }), 0.5);
        expect(permutations).toBe(expected.permutations);
      },
    );

    it('the share of B is the visitor’s, and out of range an error', async () => {
      await opened.page.getByLabel('Compute with').selectOption('wasm');
      await opened.hear(/Ready: computing with WebAssembly/);
      await opened.page.getByLabel(/Share of B/).fill('0.25');
      const { merged } = await mergedFiles();
      const expected = await mergedInNode(mlpSpec(3, { layout: 'pytorch' }), 0.25);
      expect(merged.equals(expected.merged)).toBe(true);

      await opened.page.getByLabel(/Share of B/).fill('1.5');
      await press('Align and merge');
      expect(await error()).toMatch(/α must be a number from 0.*received '1.5'/);
      await opened.page.getByLabel(/Share of B/).fill('0.5');
    });

    it('patterns make the spec that they say, and a line that is none is quoted', async () => {
      await opened.page.getByLabel('Architecture').selectOption('patterns');
      const field = opened.page.getByLabel(/A line for each parameter/);
      const partial = { ...patterns, 'fc2.weight': '_ h1', 'fc2.bias': '_', 'fc3.weight': '_ _' };
      await field.fill(lines(partial));
      const { permutations } = await mergedFiles();
      const expected = await mergedInNode(permutationSpec(partial), 0.5);
      expect(permutations).toBe(expected.permutations);
      expect(Object.keys(parsePermutations(permutations))).toEqual(['h1']);

      await field.fill('fc1.weight h1 _');
      await press('Align and merge');
      expect(await error()).toContain("the line 'fc1.weight h1 _' is not a pattern");
    });

    it('a spec as JSON is used, and one that is damaged says why', async () => {
      const spec = permutationSpec({
        ...patterns,
        'fc1.weight': '_ _',
        'fc1.bias': '_',
        'fc2.weight': 'h2 _',
      });
      await choose({
        name: 'mine.json',
        mimeType: 'application/json',
        buffer: Buffer.from(serializeSpec(spec)),
      });
      await opened.page
        .getByRole('option', { name: 'the spec mine.json', selected: true })
        .waitFor({ state: 'attached' });
      const { permutations } = await mergedFiles();
      expect(permutations).toBe((await mergedInNode(spec, 0.5)).permutations);

      await choose({
        name: 'bad.json',
        mimeType: 'application/json',
        buffer: Buffer.from('{"format": 1}'),
      });
      await opened.page
        .getByRole('option', { name: 'the spec bad.json', selected: true })
        .waitFor({ state: 'attached' });
      await press('Align and merge');
      await opened.hear(/Stopped/);
      expect(await error()).toMatch(/parseSpec: expected format "perm-lmc spec"/);
    });

    it('a preset that does not fit says what the network lacks', async () => {
      await opened.page.getByLabel('Architecture').selectOption('resnet18');
      await press('Align and merge');
      await opened.hear(/Stopped/);
      expect(await error()).toMatch(/weightMatch: .*'conv1.weight'/);
      await opened.page.getByLabel('Architecture').selectOption('mlp-pytorch');
    });

    it.each([
      [
        'notes.txt',
        'hello',
        /'notes.txt' cannot be read here\. Networks are \.safetensors or \.onnx files/,
      ],
      ['model.pt', 'PK', /'model.pt' cannot be read here\. .*save_file/],
      ['model.safetensors.index.json', '{}', /index of a network in several files/],
    ])('%s is refused by name, with what to do', async (name, content, message) => {
      await choose({ name, mimeType: 'application/octet-stream', buffer: Buffer.from(content) });
      await opened.page.locator('#error-text', { hasText: message }).waitFor();
    });

    it('a damaged file is refused by name, and the others stay', async () => {
      await removeAll();
      const buffer = readFileSync(pathB).subarray(0, 5000);
      await choose([pathA]);
      await opened.hear(/1 of 2 networks/);
      await choose({ name: 'cut.safetensors', mimeType: '', buffer });
      await opened.hear(/Stopped/);
      expect(await error()).toMatch(
        /'cut.safetensors' cannot be read as safetensors\. parseSafetensors/,
      );
      expect(await opened.page.getByRole('list', { name: 'Files' }).textContent()).toMatch(
        /mlp64_A/,
      );
    });

    it('names that differ by a prefix are said to, and merge once it is taken away', async () => {
      const { params } = parseSafetensors(readFileSync(pathB));
      const prefixed = renamePrefix(params, { from: '', to: 'module.' });
      const buffer = Buffer.from(await serializeSafetensors(prefixed));
      tf.dispose([params, prefixed]);
      await choose({ name: 'parallel.safetensors', mimeType: '', buffer });
      await opened.hear(/differ by a prefix/);
      const offer = opened.page.locator('#prefix');
      expect(await offer.textContent()).toMatch(/B’s with ‘module.’, A’s with nothing/);
      const button = opened.page.getByRole('button', { name: 'Align and merge' });
      expect(await button.getAttribute('aria-disabled')).toBe('true');
      await press('Read B’s names as A’s');
      const { merged } = await mergedFiles();
      const expected = await mergedInNode(mlpSpec(3, { layout: 'pytorch' }), 0.5);
      expect(merged.equals(expected.merged)).toBe(true);
    });

    it('a third network is refused, and one of another architecture says what is missing where', async () => {
      await choose([pathA]);
      await opened.hear(/Stopped/);
      expect(await error()).toMatch(/two networks already: remove one/);
      await removeAll();
      await choose([pathA, fixture('convbn_A')]);
      await opened.hear(/Stopped/);
      expect(await error()).toMatch(/only A has 'fc1.bias', only B has '.+'/);
    });

    it('files that are dropped anywhere on the page are taken', async () => {
      await removeAll();
      const bytes = [pathA, pathB].map((path) => readFileSync(path).toString('base64'));
      await opened.page.evaluate((files) => {
        const transfer = new DataTransfer();
        for (const [i, file] of files.entries()) {
          const content = Uint8Array.from(atob(file), (character) => character.charCodeAt(0));
          transfer.items.add(new File([content], `${'ab'[i]}.safetensors`));
        }
        const drop = new DragEvent('drop', {
          dataTransfer: transfer,
          cancelable: true,
          bubbles: true,
        });
        document.querySelector('h1')!.dispatchEvent(drop);
        if (!drop.defaultPrevented) throw new Error('the browser would open the file');
      }, bytes);
      await opened.hear(/Both networks are loaded/);
      const items = opened.page.getByRole('list', { name: 'Files' }).getByRole('listitem');
      expect(await items.allTextContents()).toEqual([
        expect.stringContaining('a.safetensors6 parameters, 55,050 numbers'),
        expect.stringContaining('b.safetensors'),
      ]);
    });

    it('makes no error in the console and asks no other server', () => {
      expect(opened.faults).toEqual([]);
    });
  });
}

function lines(entries: Readonly<Record<string, string>>): string {
  return Object.entries(entries)
    .map(([name, pattern]) => `${name}: ${pattern}`)
    .join('\n');
}

/** The result of the library on the fixtures, in Node. */
async function mergedInNode(spec: PermutationSpec, alpha: number) {
  const { params: a, metadata } = parseSafetensors(readFileSync(pathA));
  const { params: b } = parseSafetensors(readFileSync(pathB));
  const { permutations } = await weightMatch(spec, a, b);
  const aligned = permute(spec, b, permutations);
  const merged = interpolate(a, aligned, alpha);
  const bytes = Buffer.from(await serializeSafetensors(merged, { metadata }));
  tf.dispose([a, b, aligned, merged]);
  return { merged: bytes, permutations: serializePermutations(permutations) };
}
