import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import { interpolate, permute, serializePermutations, weightMatch } from 'perm-lmc';
import { onnxNetworks, writeOnnx } from 'perm-lmc/onnx';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../../support/backend';
import { fixture, type OpenPage, openPage } from './servedPage';
import type { Visit } from './visit';

const onnx = (name: string) =>
  fileURLToPath(new URL(`../../fixtures/onnx/${name}`, import.meta.url));
const lenet = [onnx('lenet_a.onnx'), onnx('lenet_b.onnx')];
const lifted = [onnx('lifted_a.onnx'), onnx('lifted_b.onnx')];

/** Tests of a visitor's .onnx files. */
export function onnxFiles(visit: Visit): void {
  describe('.onnx files of one’s own', () => {
    let opened: OpenPage;
    const press = (name: string | RegExp) => opened.page.getByRole('button', { name }).click();
    const error = async (message: RegExp) =>
      opened.page.locator('#error-text', { hasText: message }).waitFor();
    const choose = (
      files: Parameters<ReturnType<OpenPage['page']['locator']>['setInputFiles']>[0],
    ) => opened.page.getByLabel('Choose files').setInputFiles(files);

    async function start(): Promise<void> {
      await opened?.page.close();
      opened = await openPage(visit);
      await opened.hear(/Ready/);
    }

    async function download(name: string): Promise<Buffer> {
      const [file] = await Promise.all([
        opened.page.waitForEvent('download'),
        opened.page.getByRole('link', { name: `Download ${name}`, exact: true }).click(),
      ]);
      expect(file.suggestedFilename()).toBe(name);
      return readFileSync(await file.path());
    }

    beforeAll(async () => {
      await useBackend('wasm');
      await start();
    });
    afterAll(() => opened?.page.close());

    it('two files merge to what the library makes of them in Node, without a choice of architecture', async () => {
      const architecture = opened.page.getByLabel('Architecture');
      expect(await architecture.isVisible()).toBe(true);
      await choose(lenet);
      await opened.hear(/Both networks are loaded/);
      expect(await architecture.isVisible()).toBe(false);
      await press('Align and merge');
      await opened.hear(/ready to be downloaded/);
      expect(await opened.page.locator('#statistics-note').isVisible()).toBe(false);
      const expected = await mergedInNode(lenet);
      expect((await download('permutations.json')).toString()).toBe(expected.permutations);
      expect((await download('merged.onnx')).equals(expected.bytes)).toBe(true);
    });

    it('once they are removed, the architecture can be chosen again', async () => {
      for (const path of lenet) {
        const name = basename(path);
        await press(`Remove ${name}`);
        await opened.hear(new RegExp(`${name} is removed`));
      }
      expect(await opened.page.getByLabel('Architecture').isVisible()).toBe(true);
    });

    it('weights in another file are asked for by name, read with the model, and written', async () => {
      await choose(lifted[0]);
      await error(
        /'lifted_a\.onnx': .*in the file 'lifted_a\.onnx\.data'.*Choose or drop both files/,
      );
      await choose(`${lifted[0]}.data`);
      await error(/'lifted_a\.onnx\.data' cannot be read here\. .*both files together/);
      await choose(lifted.flatMap((path) => [path, `${path}.data`]));
      await opened.hear(/Both networks are loaded/);
      await press('Align and merge');
      await opened.hear(/ready to be downloaded/);
      const expected = await mergedInNode(lifted);
      expect((await download('merged.onnx')).equals(expected.bytes)).toBe(true);
      const data = await download('lifted_a.onnx.data');
      expect(data.equals(expected.data['lifted_a.onnx.data'])).toBe(true);
    });

    it('an operator that is not supported is named, with the file', async () => {
      await start();
      const buffer = Buffer.from(
        readFileSync(lenet[0]).toString('latin1').replaceAll('Tanh', 'Tanx'),
        'latin1',
      );
      await choose({ name: 'odd.onnx', mimeType: '', buffer });
      await error(/'odd\.onnx' cannot be used\. .*operator Tanx of opset 14 is not supported/);
    });

    it('averaged statistics of batch normalisation are pointed out, with where to read on', async () => {
      await choose([onnx('resnet_a.onnx'), onnx('resnet_b.onnx')]);
      await opened.hear(/Both networks are loaded/);
      await press('Align and merge');
      await opened.hear(/ready to be downloaded/);
      const link = opened.page.getByRole('link', { name: 'Recompute them on data' });
      const answer = await opened.page.request.get(
        new URL((await link.getAttribute('href'))!, visit.served.address).href,
      );
      expect(await answer.text()).toContain(' id="five-minutes"');
      await start();
    });

    it('networks of two kinds, and of two architectures, are refused', async () => {
      await choose([lenet[0], fixture('mlp64_A')]);
      await error(/One network is an \.onnx file and the other is not/);
      await press('Remove mlp64_A.safetensors');
      await opened.hear(/is removed/);
      await choose(onnx('resnet_a.onnx'));
      await opened.hear(/Both networks are loaded/);
      await press('Align and merge');
      await error(/onnxNetworks: file 1/);
    });

    it('makes no error in the console and asks no other server', () => {
      expect(opened.faults).toEqual([]);
    });
  });
}

/** The result of the library on two files, in Node. */
async function mergedInNode(paths: readonly string[]) {
  const read = (path: string) => Uint8Array.from(readFileSync(path));
  const files = paths.map(read);
  const externalData = paths.map((path) =>
    path.includes('lifted') ? { [`${basename(path)}.data`]: read(`${path}.data`) } : {},
  );
  const { params, spec } = await onnxNetworks(files, { externalData });
  const [a, b] = params;
  const { permutations } = await weightMatch(spec, a, b);
  const aligned = permute(spec, b, permutations);
  const merged = interpolate(a, aligned, 0.5);
  const written = await writeOnnx(files[0], merged, { externalData: externalData[0] });
  tf.dispose([a, b, aligned, merged]);
  return {
    bytes: Buffer.from(written.bytes),
    data: written.externalData,
    permutations: serializePermutations(permutations),
  };
}
