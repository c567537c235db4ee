import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { textOfBytes } from '../../scripts/wasmText.mjs';
import { installedPackage, projectFolder } from '../support/installedPackage';
import { bundlers } from './bundlers';

beforeAll(installedPackage, 180_000);

/** How every WebAssembly module begins, as the text that the package has them as. */
const wasmMagic = textOfBytes([0, ...Buffer.from('asm'), 1, 0, 0, 0]);

/**
 * Imports. For each: the beginnings of the paths of modules (in this package's dist, or packages) of which it needs
 * some, and of those that it must not have, and whether it has WebAssembly inside.
 */
const cases = [
  {
    imports: 'barrier',
    from: 'perm-lmc',
    needs: ['metrics/barrier.js', '@tensorflow/tfjs-core/'],
    lacks: ['assignment/', 'matching/', 'spec/', 'pruning/', 'io/', 'permutation/', 'munkres-js/'],
    wasm: false,
  },
  {
    imports: 'solveAssignment',
    from: 'perm-lmc',
    needs: ['assignment/solveAssignment.js'],
    lacks: ['params/', 'matching/', 'spec/', '@tensorflow/', 'munkres-js/'],
    wasm: true,
  },
  {
    imports: 'munkres',
    from: 'perm-lmc',
    needs: ['assignment/munkres.js', 'munkres-js/'],
    lacks: ['assignment/solveAssignment.js', '@tensorflow/'],
    wasm: false,
  },
  {
    imports: 'permutationSpec, permute',
    from: 'perm-lmc',
    needs: ['symmetry/permute.js', '@tensorflow/tfjs-core/'],
    lacks: [
      'assignment/',
      'matching/',
      'metrics/',
      'tracing/',
      'models/',
      'architectures/',
      'munkres-js/',
    ],
    wasm: false,
  },
  {
    imports: 'weightMatch',
    from: 'perm-lmc',
    needs: ['matching/weights/weightMatch.js', 'assignment/solveAssignment.js'],
    lacks: [
      'matching/activations/',
      'matching/many/',
      'merging/average.js',
      'merging/interpolate.js',
      'merging/runningMixture.js',
      'merging/spliceParams.js',
      'metrics/',
      'tracing/',
      'repair/',
      'munkres-js/',
    ],
    wasm: true,
  },
  {
    imports: 'barrierPlot',
    from: 'perm-lmc/plots',
    needs: ['plots/barrierPlot.js', 'plots/d3.js'],
    lacks: ['plots/widthPlot.js', 'matching/', 'metrics/', 'symmetry/', '@tensorflow/'],
    wasm: false,
  },
];

describe.each(['esbuild', 'Vite', 'webpack'] as const)('of the package %s takes', (name) => {
  it.each(cases)('for { $imports } what that needs, and no more', async (each) => {
    const folder = projectFolder(`shaken-${name}-${cases.indexOf(each)}`);
    const { imports, from } = each;
    writeFileSync(
      join(folder, 'main.js'),
      `import { ${imports} } from '${from}';\nglobalThis.kept = [${imports}];\n`,
    );
    const { modules } = await bundlers[name](folder);
    const paths = modules.map(shortened);
    const those = (part: string) => paths.filter((path) => path.startsWith(part));
    for (const part of each.needs) expect(those(part), part).not.toEqual([]);
    for (const part of each.lacks) expect(those(part), part).toEqual([]);
    expect(textOf(join(folder, 'out')).includes(wasmMagic)).toBe(each.wasm);
  });
});

/** A module's path after `node_modules/`, or in the dist of this package. */
function shortened(path: string): string {
  return path.replace(/^.*node_modules\//, '').replace(/^perm-lmc\/dist\//, '');
}

/** The scripts of a folder in one text. */
function textOf(folder: string): string {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.js'))
    .map((file) => readFileSync(join(folder, file), 'utf8'))
    .join('\n');
}
