/**
 * Transitivity of matching (Sharma et al. 2024): is the permutation of C onto A through B, P_AB ∘ P_BC, the one
 * that a direct match finds, and what does it cost to compose? Trains five MLPs at each of two widths, composes
 * matches along paths of three, four and five networks, and compares the composition with the direct match of
 * the ends: the units on which they agree, and the barriers with both.
 *
 * The direct match closes a path to a cycle. The units that agree are the fixed points of the product around
 * the cycle, and their number is the same wherever the cycle is opened. So there is one path for each cycle.
 *
 *     npm run paper transitivity [-- --quick] [--data fashion]
 */
import * as tf from '@tensorflow/tfjs-core';
import {
  barrier,
  classificationEvaluator,
  comparePermutations,
  invertPermutations,
  mlpSpec,
  type Params,
  type PermutationComparison,
  type Permutations,
  type PlainPermutations,
  permute,
  weightMatch,
} from 'perm-lmc';
import { transitivityPlot } from 'perm-lmc/plots';
import { cached } from '../support/cached';
import { mlpNetwork, mlpSplitForward } from '../support/mlp';
import { trainNetwork } from '../support/train';
import { keptValue } from './support/cells';
import { keptPermutations } from './support/keptPermutations';
import { markdownTable, percent } from './support/markdownTable';
import { openCycles } from './support/openCycles';
import { permutationAlong } from './support/permutationAlong';
import { openStudy } from './support/study';

/** The greatest loss and error above the line between two networks. */
interface Barriers {
  readonly loss: number;
  readonly error: number;
}

/** A path, and the composed permutation against the direct one. */
interface Path {
  /** The seeds of the networks, from the one that the others are moved onto. */
  readonly seeds: readonly number[];
  readonly comparison: Readonly<Record<string, PermutationComparison>>;
  readonly unmatched: Barriers;
  readonly composed: Barriers;
  readonly direct: Barriers;
}

const study = await openStudy('transitivity');
const { quick, train, test, say } = study;
const allWidths = quick ? [16, 128] : [128, 512];
const layers = quick ? 3 : 4;
const seeds = [1, 2, 3, 4, 5];
const lengths = [2, 3, 4];
const points = quick ? 5 : 11;
const evaluated = quick ? 1000 : 3000;
const spec = mlpSpec(layers);
const x = tf.tensor2d(test.images.subarray(0, 784 * evaluated), [evaluated, 784]);
const y = tf.tensor1d(test.labels.subarray(0, evaluated), 'int32');
const evaluate = classificationEvaluator(mlpSplitForward, { x, y });

const results: { width: number; paths: Path[] }[] = [];
for (const width of allWidths) {
  for (const seed of seeds) tf.dispose(await trained(width, seed));
  const paths: Path[] = [];
  for (const path of lengths.flatMap((length) => openCycles(seeds, length + 1))) {
    paths.push(await pathOf(width, path));
  }
  results.push({ width, paths });
}

study.finish({
  report: { study: 'transitivity', data: study.data, quick, layers, seeds, points, results },
  tables: [agreementTable(), barrierTable()].join('\n\n'),
  figures: Object.fromEntries(
    results.map(({ width, paths }) => [`transitivity-${width}`, figureOf(width, paths)]),
  ),
});
tf.dispose([x, y]);

async function pathOf(width: number, path: readonly number[]): Promise<Path> {
  const [first, last] = [path[0], path.at(-1)!];
  const steps: Permutations[] = [];
  for (const [i, seed] of path.slice(1).entries()) {
    steps.push(await matched(width, path[i], seed));
  }
  const along = permutationAlong(steps);
  const direct = await matched(width, first, last);
  const ends = `${first}-${last}`;
  return {
    seeds: path,
    comparison: comparePermutations(along, direct),
    unmatched: await barriers(width, `unmatched ${ends}`, first, last, null),
    composed: await barriers(width, `composed ${path.join('-')}`, first, last, along),
    direct: await barriers(width, `direct ${ends}`, first, last, direct),
  };
}

/** The permutation of network b onto network a, found once and kept; the inverse of that of a onto b. */
async function matched(width: number, a: number, b: number): Promise<Permutations> {
  if (a > b) return invertPermutations(await matched(width, b, a));
  const kept = study.cells<PlainPermutations>(`width ${width}, permutations`);
  return keptPermutations(kept, `${a}-${b}`, async () => {
    const networks = [await trained(width, a), await trained(width, b)];
    const { permutations } = await weightMatch(spec, networks[0], networks[1], { seed: 0 });
    tf.dispose(networks);
    say(`width ${width}: matched ${b} to ${a}`);
    return permutations;
  });
}

/** The barriers between networks a and b with a permutation of b, or without, measured once and kept. */
async function barriers(
  width: number,
  key: string,
  a: number,
  b: number,
  permutations: Permutations | null,
): Promise<Barriers> {
  return keptValue(study.cells<Barriers>(`width ${width}, barriers`), key, async () => {
    const [first, last] = [await trained(width, a), await trained(width, b)];
    const moved = permutations === null ? null : permute(spec, last, permutations);
    const { loss, error } = await barrier(first, moved ?? last, evaluate, { points });
    tf.dispose([first, last, moved ?? []]);
    say(`width ${width}: ${key}, loss barrier ${loss.max.toFixed(4)}`);
    return { loss: loss.max, error: error.max };
  });
}

function trained(width: number, seed: number): Promise<Params> {
  const widths = [784, ...Array<number>(layers - 1).fill(width), 10];
  const options = { seed, epochs: quick ? 8 : 3, batchSize: 250, learningRate: 3e-3 };
  const settings = { ...options, widths, images: train.count, data: study.data };
  return cached(study.path(`mlp-${width}-${seed}.safetensors`), settings, () => {
    say(`training width ${width}, seed ${seed}`);
    return trainNetwork({ network: mlpNetwork(widths, 1 / 3), train, ...options });
  });
}

/** The share of all units on which two permutations agree. */
function shareOf(comparison: Path['comparison']): number {
  const groups = Object.values(comparison);
  const sum = (of: 'fixedPoints' | 'size') => groups.reduce((total, each) => total + each[of], 0);
  return sum('fixedPoints') / sum('size');
}

function ofLength(paths: readonly Path[], length: number): Path[] {
  return paths.filter((path) => path.seeds.length === length + 1);
}

function agreementTable(): string {
  const groups = Object.keys(results[0].paths[0].comparison);
  const rows = results.flatMap(({ width, paths }) =>
    lengths.map((length) => {
      const own = ofLength(paths, length);
      const shares = own.map(({ comparison }) => shareOf(comparison));
      return [
        ...[String(width), String(length), String(own.length)],
        ...groups.map((group) => percent(mean(fractions(own, group)))),
        ...[mean(shares), Math.min(...shares), Math.max(...shares), 1 / width].map(percent),
      ];
    }),
  );
  return `Units on which the composed permutation and the direct one agree, means over the paths:\n\n${markdownTable(
    [
      ...['width', 'matches on the path', 'paths', ...groups],
      ...['all units', 'least', 'greatest', 'by chance'],
    ],
    rows,
  )}`;
}

function barrierTable(): string {
  const rows = results.flatMap(({ width, paths }) =>
    lengths.map((length) => {
      const own = ofLength(paths, length);
      const kinds = ['unmatched', 'direct', 'composed'] as const;
      const losses = (kind: (typeof kinds)[number]) => own.map((path) => path[kind].loss);
      return [
        ...[String(width), String(length)],
        ...kinds.map((kind) => mean(losses(kind)).toFixed(4)),
        Math.max(...losses('direct')).toFixed(4),
        Math.max(...losses('composed')).toFixed(4),
        ...kinds.map((kind) => percent(mean(own.map((path) => path[kind].error)))),
      ];
    }),
  );
  return `Barriers between the ends of the paths:\n\n${markdownTable(
    [
      ...['width', 'matches on the path', 'loss barrier, unmatched', 'direct', 'composed'],
      ...['worst direct', 'worst composed', 'error barrier, unmatched', 'direct', 'composed'],
    ],
    rows,
  )}`;
}

function figureOf(width: number, paths: readonly Path[]): string {
  const byLength = lengths.map((length) => ofLength(paths, length));
  const groups = Object.keys(paths[0].comparison);
  const losses = (kind: 'unmatched' | 'composed' | 'direct') =>
    byLength.map((own) => mean(own.map((path) => path[kind].loss)));
  return transitivityPlot(
    {
      lengths,
      fractions: Object.fromEntries(
        groups.map((group) => [
          `${group}, ${paths[0].comparison[group].size} units`,
          byLength.map((own) => mean(fractions(own, group))),
        ]),
      ),
      barriers: {
        unmatched: losses('unmatched'),
        composed: losses('composed'),
        direct: losses('direct'),
      },
    },
    { title: `Composed permutations of MLPs of width ${width} against direct ones` },
  );
}

function fractions(paths: readonly Path[], group: string): number[] {
  return paths.map(({ comparison }) => comparison[group].fraction);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
