import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import * as permLmc from 'perm-lmc';
import * as permLmcNode from 'perm-lmc/node';
import * as permLmcOnnx from 'perm-lmc/onnx';
import * as permLmcPlots from 'perm-lmc/plots';
import ts from 'typescript';
import { afterAll, describe, expect, it } from 'vitest';
import { smallConvolution } from '../models/graphModels';
import { saveModel, smallLayersModel } from '../node/tfjsModels';
import { useBackend } from '../support/backend';
import { mlpForward } from '../support/networks';

await useBackend('cpu');

const root = fileURLToPath(new URL('../../', import.meta.url));
const list = (folder: string, extension: string) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith(extension))
    .map((file) => join(folder, file));
const pages = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...list('docs', '.md')];

interface Block {
  readonly where: string;
  readonly code: string;
  /** The names of what the block may use without making it. */
  readonly given: string | undefined;
}

/** The ts code blocks of a text, comment stars taken off; a block that continues runs after the one before. */
function codeBlocks(file: string): Block[] {
  const text = readFileSync(join(root, file), 'utf8');
  const blocks: Block[] = [];
  const fence = /^([ \t]*\*?[ \t]*)```ts([^\n]*)\n([\s\S]*?)^[ \t]*\*?[ \t]*```/gm;
  for (const [, margin, words, body] of text.matchAll(fence)) {
    const code = margin.includes('*') ? body.replace(/^[ \t]*\* ?/gm, '') : body;
    const before = words.includes('continued') ? `${blocks.at(-1)!.code}\n` : '';
    const line = text.slice(0, text.indexOf(body)).split('\n').length;
    const given = /given=(\w+)/.exec(words)?.[1];
    blocks.push({ where: `${file}:${line}`, code: before + code, given });
  }
  return blocks;
}

/**
 * The variables of blocks: two small MLPs and all that goes with them, checkpoints, a model or a test set in the current
 * folder, or two graph models.
 */
const preludes: Record<string, () => Promise<Record<string, unknown>>> = {
  async networks() {
    const widths = [8, 16, 12, 3];
    const spec = permLmc.mlpSpec(3);
    const network = (seed: number): permLmc.Params =>
      Object.fromEntries(
        [1, 2, 3].flatMap((layer) => [
          [
            `dense${layer}/kernel`,
            tf.randomNormal([widths[layer - 1], widths[layer]], 0, 0.4, 'float32', seed + layer),
          ],
          [`dense${layer}/bias`, tf.zeros([widths[layer]])],
        ]),
      );
    const forward = mlpForward('tfjs', ['dense1', 'dense2', 'dense3']);
    const x = tf.randomNormal([20, 8], 0, 1, 'float32', 5);
    const y = tf.tensor1d(
      Array.from({ length: 20 }, (_, i) => i % 3),
      'int32',
    );
    const evaluate = permLmc.classificationEvaluator(forward, { x, y });
    return { a: network(10), b: network(20), spec, forward, x, y, evaluate };
  },
  async graphModel() {
    return { model: await smallConvolution(1), otherModel: await smallConvolution(2) };
  },
  /** The bytes of two .onnx files of one architecture. */
  async onnxFiles() {
    const [a, b] = ['a', 'b'].map((name) =>
      Uint8Array.from(readFileSync(join(root, `test/fixtures/onnx/lenet_${name}.onnx`))),
    );
    return { a, b };
  },
  async checkpoints() {
    for (const [seed, name] of ['a', 'b'].entries()) {
      const params = checkpoint(seed);
      await permLmcNode.writeSafetensors(`${name}.safetensors`, params, { overwrite: true });
    }
    for (const name of ['a', 'b']) {
      copyFileSync(join(root, `test/fixtures/onnx/lenet_${name}.onnx`), `${name}.onnx`);
    }
    for (const written of ['merged', 'copy', 'aligned']) {
      for (const format of ['safetensors', 'onnx']) rmSync(`${written}.${format}`, { force: true });
    }
    return {};
  },
  async torchCheckpoints() {
    copyFileSync(join(root, 'test/fixtures/pytorch/trainer.pt'), 'trainer.pt');
    return {};
  },
  /** A model.json with its shards in the folder model. */
  async tfjsModel() {
    await saveModel(smallLayersModel(1), 'model/model.json');
    return {};
  },
  async data() {
    copyFileSync(join(root, 'test/fixtures/npz/compressed.npz'), 'test.npz');
    return {};
  },
};

/** A ResNet-18 of torchvision's names with few channels. */
function checkpoint(seed: number): permLmc.Params {
  const spec = permLmc.resnetSpec([2, 2, 2, 2], { layout: 'pytorch' });
  return Object.fromEntries(
    Object.entries(spec.params)
      .filter(([name, { optional }]) => !optional || name.includes('bn') || name.includes('.1.'))
      .map(([name, { axes }], i) => {
        const shape = axes.map((axis) => (axis.kind === 'group' ? 4 : 3));
        if (shape.length === 0) return [name, tf.scalar(1, 'int32')];
        return [name, tf.randomNormal(shape, 0, 1, 'float32', 1000 * seed + i + 1)];
      }),
  );
}

const modules: Record<string, unknown> = {
  '@tensorflow/tfjs-core': tf,
  '@tensorflow/tfjs-layers': tfl,
  '@tensorflow/tfjs-backend-wasm': {},
  '@tensorflow/tfjs-backend-cpu': {},
  'perm-lmc': permLmc,
  'perm-lmc/node': permLmcNode,
  'perm-lmc/onnx': permLmcOnnx,
  'perm-lmc/plots': permLmcPlots,
};

/** Runs a block as a module: imports become look-ups, await is allowed at the top. */
async function run({ code, given }: Block): Promise<void> {
  const names = /import\s+(type\s+)?(?:\*\s+as\s+(\w+)|(\{[^}]*\}))\s+from\s+'([^']+)';?/g;
  const body = code
    .replace(names, (_, type, star, braces, from) => {
      if (type) return '';
      const bindings =
        star ?? braces.replace(/\btype\s+\w+,?/g, '').replace(/(\w+) as (\w+)/g, '$1: $2');
      return `const ${bindings} = await __import('${from}');`;
    })
    .replace(/import\s+'([^']+)';?/g, "await __import('$1');");
  const values = given ? await preludes[given]() : {};
  // The block's own names may hide those it is given.
  const source = `async ({ ${Object.keys(values).join(', ')} }) => {{${body}\n}}`;
  const javascript = ts.transpile(source, { target: ts.ScriptTarget.ES2022 }).replace(/;\s*$/, '');
  const load = async (name: string) => {
    if (name.startsWith('node:')) return import(/* @vite-ignore */ name);
    if (!Object.hasOwn(modules, name)) throw new Error(`a docs example imports '${name}'`);
    return modules[name];
  };
  await new Function('__import', `return (${javascript})`)(load)(values);
}

const folder = mkdtempSync(join(tmpdir(), 'perm-lmc-docs-'));
const before = process.cwd();
process.chdir(folder);
afterAll(() => {
  process.chdir(before);
  rmSync(folder, { recursive: true });
});

const blocks = [...pages, ...list('src', '.ts')].flatMap(codeBlocks);

describe('code in the docs runs', () => {
  it('there is code to run in the README, the docs and the doc comments', () => {
    for (const place of ['README.md', 'docs/', 'src/']) {
      expect(
        blocks.some(({ where }) => where.startsWith(place)),
        place,
      ).toBe(true);
    }
  });

  it.each(blocks)('$where', async (block) => {
    await expect(run(block)).resolves.toBeUndefined();
  });
});

describe('the site', () => {
  const { projectDocuments }: { projectDocuments: string[] } = JSON.parse(
    readFileSync(join(root, 'typedoc.json'), 'utf8'),
  );

  it('holds every guide', () => {
    const guides = pages.filter((page) => page !== 'README.md');
    expect([...projectDocuments].sort()).toEqual(guides.sort());
  });

  it.each(projectDocuments)('%s is called by a heading of its own', (page: string) => {
    expect(readFileSync(join(root, page), 'utf8')).toMatch(/^# \S/);
  });

  it('is named on the first page', () => {
    const readme = readFileSync(join(root, 'README.md'), 'utf8');
    for (const page of projectDocuments) expect(readme).toContain(`](${page})`);
  });
});

describe('links in the docs lead somewhere', () => {
  it.each(pages)('%s', (page) => {
    const text = readFileSync(join(root, page), 'utf8');
    for (const [, target] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^https?:/.test(target)) continue;
      const [path, anchor] = target.split('#');
      const file = path === '' ? page : relative(root, join(root, dirname(page), path));
      expect(existsSync(join(root, file)), `${page} links to ${target}`).toBe(true);
      if (anchor) {
        const headings = readFileSync(join(root, file), 'utf8').matchAll(/^#+ (.*)$/gm);
        const anchors = [...headings].map(([, heading]) =>
          heading
            .toLowerCase()
            .replace(/[^\p{L}\p{N} -]/gu, '')
            .replaceAll(' ', '-'),
        );
        expect(anchors, `${page} links to ${target}`).toContain(anchor);
      }
    }
  });
});

describe('files named in docs/architecture.md exist', () => {
  const text = readFileSync(join(root, 'docs/architecture.md'), 'utf8');
  const paths = text.matchAll(/`([\w.-]+(?:\/[\w.-]+)*(?:\/|\.ts|\.mjs|\.json))`/g);
  const sources = list('src', '');

  it.each([...new Set([...paths].map(([, path]) => path))])('%s', (path) => {
    // A path from the root, from src, or the end of a path in src.
    const found =
      existsSync(join(root, path)) ||
      existsSync(join(root, 'src', path)) ||
      sources.some((source) => `${source}/`.endsWith(`/${path.replace(/\/?$/, '/')}`));
    expect(found).toBe(true);
  });
});
