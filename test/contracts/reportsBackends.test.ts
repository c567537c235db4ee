import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import {
  layersModelNetwork,
  lossPlane,
  type PermutationSpec,
  permutationEntropy,
  randomPermutations,
  resetBatchNorm,
  sinkhornMatch,
  unitSimilarity,
  weakConnectivity,
  weightMatcher,
} from 'perm-lmc';
import {
  barrierPlot,
  connectivityMapPlot,
  entropyPlot,
  fixedPointsPlot,
  hybridPlot,
  lossPlanePlot,
  matrixPlot,
  pruningPlot,
  similarityPlot,
  trajectoryPlot,
  transitivityPlot,
  widthPlot,
} from 'perm-lmc/plots';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  agreement,
  entropies,
  hybrids,
  line,
  map,
  paths,
  plane,
  pruning,
  similarity,
  trajectory,
  widths,
} from '../plots/reports';
import { forbidSyncReads } from '../support/forbidSyncReads';
import { expectNoLeak } from '../support/invariants';
import { distanceTo, mlp, network, shuffled, spec } from '../support/planted';
import { backends, canRun, casesOn, start } from '../support/platform/backends';

const wave = (shape: number[], step: number) =>
  tf.tensor(
    Float32Array.from({ length: tf.util.sizeFromShape(shape) }, (_, i) => Math.sin(step * i + 1)),
    shape,
  );

/** All numbers in a result, in its order. */
function numbersIn(value: unknown): number[] {
  if (typeof value === 'number') return [value];
  if (ArrayBuffer.isView(value)) return Array.from(value as Float64Array);
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(numbersIn) : [];
}

/** Work that ends in plain data, without a tensor left. */
const works: Record<string, () => Promise<unknown>> = {
  async lossPlane() {
    const models = [network(1), network(2), network(3)] as const;
    const evaluate = distanceTo([models[0], models[1]]);
    const report = await lossPlane(...models, evaluate, { points: 2 });
    tf.dispose([...models]);
    return report;
  },
  async weakConnectivity() {
    const first = network(1);
    const networks = { first, copy: shuffled(first, 5), other: network(2) };
    const evaluate = distanceTo([first, networks.other]);
    const match = weightMatcher(spec);
    const options = { spec, match, evaluate, tolerance: 1e-4, points: 3 };
    const report = await weakConnectivity(networks, options);
    expect(report.pairs.map(({ a, b }) => `${a} ${b}`)).toContain('first copy');
    tf.dispose(networks);
    return report;
  },
  async permutationEntropy() {
    return permutationEntropy(spec, network(1), network(2), { temperatures: [0.5, 2] });
  },
  async sinkhornMatch() {
    const x = wave([16, 6], 0.7);
    const y = tf.tensor1d(
      Int32Array.from({ length: 16 }, (_, i) => i % 4),
      'int32',
    );
    const found = await sinkhornMatch(spec, network(1), network(2), {
      ...{ forward: mlp.forward, data: { x, y }, batchSize: 8, steps: 3 },
      ...({ objective: 'random', start: 'identity' } as const),
    });
    return [found.permutations, found.history, found.loss, found.entropy];
  },
  async unitSimilarity() {
    const [a, b] = [network(1), network(2)];
    const permutations = randomPermutations(spec, a, { seed: 4 });
    const found = await unitSimilarity(spec, a, b, { permutations });
    tf.dispose([a, b]);
    return found;
  },
  async resetBatchNorm() {
    const forward = ({ kernel, mean, variance }: tf.NamedTensorMap, x: tf.Tensor) =>
      tf.batchNorm(
        tf.matMul(x as tf.Tensor2D, kernel as tf.Tensor2D),
        mean as tf.Tensor1D,
        variance as tf.Tensor1D,
      );
    const params = { kernel: wave([6, 5], 1.7), mean: tf.zeros([5]), variance: tf.ones([5]) };
    const inputs = wave([40, 6], 0.3);
    const reset = await resetBatchNorm(params, { forward, inputs, batchSize: 16 });
    const values = [await reset.mean.data(), await reset.variance.data()];
    tf.dispose([params, inputs, reset]);
    return values;
  },
};
const wanted = new Map<string, number[]>();
const specs: PermutationSpec[] = [];

describe.each(backends)('on the %s backend', (backend) => {
  const test = it.skipIf(!canRun(backend));
  let allowSyncReads = () => {};
  beforeAll(async () => {
    if (!canRun(backend)) return;
    await start(backend);
    allowSyncReads = forbidSyncReads();
  });
  afterAll(() => allowSyncReads());

  test.each(casesOn(backend, Object.entries(works)))(
    '%s tells the same numbers',
    async (name, work) => {
      const found = numbersIn(await tidied(work));
      if (backend === 'cpu') wanted.set(name, found);
      const expected = wanted.get(name)!;
      expect(found.length).toBe(expected.length);
      expect(found.length).toBeGreaterThan(5);
      const scale = Math.max(...expected.map(Math.abs));
      found.forEach((value, i) => {
        expect(Math.abs(value - expected[i]), `number ${i}`).toBeLessThan(1e-3 * scale);
      });
    },
  );

  test('a seed gives the permutations that it gave in Node', async () => {
    const params = network(1);
    const drawn = [1, 2].map((seed) => randomPermutations(spec, params, { seed }));
    await expect(
      `${JSON.stringify(drawn.map((each) => Object.entries(each).map(([name, p]) => [name, [...p]])))}\n`,
    ).toMatchFileSnapshot('recorded/randomPermutations.txt');
    tf.dispose(params);
  });

  test('layersModelNetwork derives the same spec, and leaks nothing but its params', async () => {
    const model = tfl.sequential({
      layers: [
        tfl.layers.conv2d({ inputShape: [8, 8, 2], filters: 3, kernelSize: 3, activation: 'relu' }),
        tfl.layers.flatten(),
        tfl.layers.dense({ units: 5, activation: 'relu' }),
        tfl.layers.dense({ units: 2 }),
      ],
    });
    const found = await expectNoLeak(() => layersModelNetwork(model), 6);
    if (found instanceof Error) throw found;
    specs.push(found.spec);
    expect(found.spec).toEqual(specs[0]);
    expect(found.spec.groups.length).toBe(2);
    model.dispose();
  });
});

/** Runs work whose helpers keep tensors, and disposes these. */
async function tidied<T>(work: () => Promise<T>): Promise<T> {
  tf.engine().startScope();
  try {
    return await work();
  } finally {
    tf.engine().endScope();
  }
}

describe('figures', () => {
  it.each([
    ['barrierPlot', () => barrierPlot([{ label: 'no permutation', report: line(1.2) }])],
    ['trajectoryPlot', () => trajectoryPlot(trajectory, { scale: 'symlog' })],
    ['pruningPlot', () => pruningPlot(pruning)],
    ['widthPlot', () => widthPlot(widths, { unmatched: true })],
    ['matrixPlot', () => matrixPlot(trajectory)],
    ['lossPlanePlot', () => lossPlanePlot(plane)],
    ['similarityPlot', () => similarityPlot(similarity)],
    ['fixedPointsPlot', () => fixedPointsPlot(agreement)],
    ['hybridPlot', () => hybridPlot(hybrids)],
    ['transitivityPlot', () => transitivityPlot(paths)],
    ['connectivityMapPlot', () => connectivityMapPlot(map, { scale: 'symlog' })],
    ['entropyPlot', () => entropyPlot(entropies)],
  ])('%s is the text that it was in Node, letter for letter', async (name, draw) => {
    const bytes = new TextEncoder().encode(draw());
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
    const text = [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    await expect(`${text}\n`).toMatchFileSnapshot(`recorded/${name}.txt`);
  });
});
