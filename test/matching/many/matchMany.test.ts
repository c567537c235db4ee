import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import {
  composePermutations,
  identityPermutations,
  invertPermutations,
  type MatchManyOptions,
  type MatchManyProgress,
  manyMatcher,
  matchMany,
  matchSequence,
  type Params,
  type PermutationSpec,
  type Permutations,
  permutationSpec,
  permute,
  randomPermutations,
  strongConnectivity,
  weightMatch,
} from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { useBackend } from '../../support/backend';
import { fibredNetworks } from '../../support/fibredNetworks';
import { fixtures, readParams } from '../../support/fixtures';
import { expectPermutations } from '../../support/invariants';
import { knotty, knottyParams } from '../../support/knotty';
import { sumOverPairs } from '../../support/manyNetworks';
import { randomParams, type TestNetwork, testNetworks } from '../../support/networks';
import { distanceTo } from '../../support/planted';
import { randomProblem } from '../../support/randomProblem';

await useBackend('cpu');

const [mlp] = testNetworks;
const families: TestNetwork[] = [mlp, testNetworks[3], ...fibredNetworks];
const several = (family: TestNetwork, count: number, seed = 1): Params[] =>
  Array.from({ length: count }, (_, k) => randomParams(family, seed + k));

/** A fixed point: no network moves when it is matched to the sum of the others. */
async function expectFixedPoint(
  spec: PermutationSpec,
  networks: readonly Params[],
  permutations: readonly Permutations[],
): Promise<void> {
  const moved = networks.map((params, k) => permute(spec, params, permutations[k]));
  for (const [k, own] of moved.entries()) {
    const others = moved.filter((_, j) => j !== k);
    const rest = tf.tidy(() =>
      Object.fromEntries(
        Object.keys(own).map((name) => [name, tf.addN(others.map((each) => each[name]))]),
      ),
    );
    const again = await weightMatch(spec, rest, own, {
      ...{ start: 'identity', method: 'coordinateDescent' },
    });
    expect(again.sweeps).toBe(1);
    expect(again.permutations).toEqual(identityPermutations(spec, own));
    tf.dispose(rest);
  }
  tf.dispose(moved);
}

describe('the objective', () => {
  it.each(families)('is the sum over all pairs, from its definition: $name', async (family) => {
    const { spec } = family;
    const networks = several(family, 4);
    const found = await matchMany(spec, networks, { start: 'identity', reference: 1 });
    const identity = networks.map((params) => identityPermutations(spec, params));
    const start = await sumOverPairs(spec, networks, identity);
    const end = await sumOverPairs(spec, networks, found.permutations);
    expect(found.history[0]).toBeCloseTo(start, 2);
    expect(found.objective).toBeCloseTo(end, 2);
    expect(found.history.at(-1)).toBeCloseTo(end, 2);
    const ofPairs = found.pairs.reduce((sum, { objective }) => sum + objective, 0);
    expect(ofPairs).toBeCloseTo(end, 2);
  });

  it('never falls, over random specs, kernels, engines, starts, methods and orders, and ends at a fixed point', async () => {
    const start = fc.constantFrom('star', 'chain', 'bestReference', 'identity');
    await fc.assert(
      fc.asyncProperty(
        randomProblem,
        start,
        fc.constantFrom('ascent', 'frankWolfe'),
        fc.integer({ min: 3, max: 4 }),
        async ({ spec, make, seed, order, kernel, engine }, from, method, count) => {
          const networks = Array.from({ length: count }, (_, k) => make(seed + k));
          const options = { order, seed, kernel, engine, start: from, method } as const;
          const found = await matchMany(spec, networks, options);
          found.permutations.forEach(expectPermutations);
          expect(found.converged).toBe(true);
          expect(found.permutations[0]).toEqual(identityPermutations(spec, networks[0]));
          expect(found.history).toEqual([...found.history].sort((x, y) => x - y));
          const scale = 1e-5 * Math.max(1, Math.abs(found.objective));
          expect(Math.abs(found.history.at(-1)! - found.objective)).toBeLessThan(scale);
          const ofPairs = found.pairs.reduce((sum, { objective }) => sum + objective, 0);
          expect(Math.abs(ofPairs - found.objective)).toBeLessThan(scale);
          if (kernel === 'linear') {
            const truth = await sumOverPairs(spec, networks, found.permutations);
            expect(Math.abs(truth - found.objective)).toBeLessThan(scale);
            await expectFixedPoint(spec, networks, found.permutations);
          }
          tf.dispose(networks);
        },
      ),
      { numRuns: Number(process.env.FUZZ ?? 20) },
    );
  });

  it.each([knotty, ...fibredNetworks])(
    'ends at a fixed point of coupled groups',
    async (family) => {
      const networks = [1, 2, 3].map((seed) =>
        family === knotty ? knottyParams(seed) : randomParams(family as TestNetwork, seed),
      );
      const found = await matchMany(family.spec, networks, { seed: 1 });
      expect(found.converged).toBe(true);
      expect(found.history).toEqual([...found.history].sort((x, y) => x - y));
      await expectFixedPoint(family.spec, networks, found.permutations);
    },
  );

  it('rises above the star on trained networks', async () => {
    const [{ spec }] = fixtures;
    const networks = ['A', 'B', 'C'].map((name) => readParams(`mlp64_${name}`));
    const found = await matchMany(spec, networks, { start: 'star' });
    expect(found.objective).toBeGreaterThan(1.06 * found.history[0]);
    const onBackend = await matchMany(spec, networks, { start: 'star', engine: 'backend' });
    expect(onBackend.permutations).toEqual(found.permutations);
    tf.dispose(networks);
  });
});

describe('the permutations', () => {
  it('compose to the identity around every cycle', async () => {
    const networks = several(mlp, 3);
    const { permutations } = await matchMany(mlp.spec, networks);
    /** Moves network j onto network i. */
    const onto = (i: number, j: number) =>
      composePermutations(permutations[j], invertPermutations(permutations[i]));
    const around = composePermutations(composePermutations(onto(0, 1), onto(2, 0)), onto(1, 2));
    expect(around).toEqual(identityPermutations(mlp.spec, networks[0]));
  });

  it('are the same in the frame of every reference', async () => {
    const networks = several(mlp, 4);
    const options = { start: 'identity', order: 'forward' } as const;
    const inFirst = await matchMany(mlp.spec, networks, options);
    for (const reference of [1, 2, 3]) {
      const found = await matchMany(mlp.spec, networks, { ...options, reference });
      const back = invertPermutations(inFirst.permutations[reference]);
      expect(found.permutations).toEqual(
        inFirst.permutations.map((p) => composePermutations(p, back)),
      );
      expect(found.objective).toBe(inFirst.objective);
    }
  });

  it('do not depend on the order of the networks, if they are visited in the same order', async () => {
    const spec = permutationSpec({ in: '_ h', out: 'h _' });
    const networks = Array.from({ length: 4 }, (_, k) => ({
      in: tf.randomNormal([4, 9], 0, 1, 'float32', 10 + k),
      out: tf.randomNormal([9, 3], 0, 1, 'float32', 20 + k),
    }));
    const options = { start: 'identity', reference: 0 } as const;
    const forward = await matchMany(spec, networks, { ...options, order: 'forward' });
    const backward = await matchMany(spec, [...networks].reverse(), {
      ...{ start: 'identity', reference: 3, order: 'backward' },
    });
    expect([...backward.permutations].reverse()).toEqual(forward.permutations);
    expect(backward.objective).toBeCloseTo(forward.objective, 4);
  });

  it('start from initial, and stay there if it is a fixed point', async () => {
    const networks = several(mlp, 3);
    const found = await matchMany(mlp.spec, networks, { seed: 2 });
    const frame = randomPermutations(mlp.spec, networks[0], { seed: 3 });
    // Another frame changes nothing.
    const initial = found.permutations.map((p) => composePermutations(p, frame));
    const again = await matchMany(mlp.spec, networks, { initial });
    expect(again.permutations).toEqual(found.permutations);
    expect(again.history[0]).toBeCloseTo(found.objective, 3);
    expect(again.passes).toBe(1);
  });

  it('are the same for the same seed, and no worse with more restarts', async () => {
    const networks = several(mlp, 3);
    const one = await matchMany(mlp.spec, networks, { seed: 5 });
    expect(await matchMany(mlp.spec, networks, { seed: 5 })).toEqual(one);
    const best = await matchMany(mlp.spec, networks, { seed: 5, restarts: 4 });
    expect(best.objective).toBeGreaterThanOrEqual(one.objective);
  });
});

describe('two networks', () => {
  const cases: MatchManyOptions[] = [
    {},
    { seed: 3, restarts: 2 },
    { kernel: 'cosine' },
    { engine: 'backend' },
    { order: 'backward', method: 'mergeMany' },
  ];
  it.each(families)('are matched as by weightMatch: $name', async (family) => {
    const [a, b] = several(family, 2);
    for (const { method = 'ascent', ...options } of cases) {
      const { initial: _, onProgress: __, start: ___, ...own } = options;
      const wanted = await weightMatch(family.spec, a, b, own);
      for (const reference of [0, 1]) {
        const pair = reference === 0 ? [a, b] : [b, a];
        const found = await matchMany(family.spec, pair, { ...options, method, reference });
        expect(found.permutations[1 - reference]).toEqual(wanted.permutations);
        const identity = identityPermutations(family.spec, a);
        expect(found.permutations[reference]).toEqual(identity);
        expect(found.objective).toBe(wanted.objective);
        expect(found.history).toEqual(wanted.history);
        expect(found.converged).toBe(wanted.converged);
        expect(found.pairs).toEqual([
          { a: 0, b: 1, alignment: wanted.alignment, objective: wanted.objective },
        ]);
      }
    }
  });

  it('start from initial in the frame of the reference', async () => {
    const [a, b] = several(mlp, 2);
    const initial = [1, 2].map((seed) => randomPermutations(mlp.spec, a, { seed }));
    const relative = composePermutations(initial[1], invertPermutations(initial[0]));
    const wanted = await weightMatch(mlp.spec, a, b, { initial: relative });
    const found = await matchMany(mlp.spec, [a, b], { initial });
    expect(found.permutations[1]).toEqual(wanted.permutations);
    expect(found.history).toEqual(wanted.history);
  });
});

describe('the alignments of pairs', () => {
  it('are those of the permuted networks', async () => {
    const networks = several(mlp, 3);
    const { permutations, pairs } = await matchMany(mlp.spec, networks);
    expect(pairs.map(({ a, b }) => [a, b])).toEqual([
      [0, 1],
      [0, 2],
      [1, 2],
    ]);
    for (const { a, b, alignment } of pairs) {
      const given = await weightMatch(mlp.spec, networks[a], networks[b], { maxSweeps: 1 });
      expect(alignment.before).toBeCloseTo(given.alignment.before, 6);
      const [x, y] = [a, b].map((k) => permute(mlp.spec, networks[k], permutations[k]));
      const after = await weightMatch(mlp.spec, x, y, { maxSweeps: 1 });
      expect(alignment.after).toBeCloseTo(after.alignment.before, 6);
      for (const [group, change] of Object.entries(alignment.groups)) {
        expect(change.after).toBeCloseTo(after.alignment.groups[group].before, 6);
      }
    }
  });

  it('are left out with pairs: false', async () => {
    for (const count of [2, 3]) {
      const networks = several(mlp, count);
      expect((await matchMany(mlp.spec, networks, { pairs: false })).pairs).toEqual([]);
    }
  });
});

describe('sequences', () => {
  const steps = (family: TestNetwork, seed: number) => several(family, 2, seed);

  it('of two networks are matched as by matchSequence', async () => {
    const [a, b] = [steps(mlp, 1), steps(mlp, 5)];
    const wanted = await matchSequence(mlp.spec, a, b);
    const found = await matchMany(mlp.spec, [a, b]);
    expect(found.permutations[1]).toEqual(wanted.permutations);
    expect(found.objective).toBe(wanted.objective);
  });

  it('have the sum over their steps as objective', async () => {
    const sequences = [1, 5, 9].map((seed) => steps(mlp, seed));
    const { permutations, objective, converged } = await matchMany(mlp.spec, sequences);
    let wanted = 0;
    for (const step of [0, 1]) {
      const own = sequences.map((sequence) => sequence[step]);
      wanted += await sumOverPairs(mlp.spec, own, permutations);
    }
    expect(objective).toBeCloseTo(wanted, 2);
    expect(converged).toBe(true);
  });

  it('of one step are single networks', async () => {
    const networks = several(mlp, 3);
    const found = await matchMany(mlp.spec, networks);
    expect(
      await matchMany(
        mlp.spec,
        networks.map((params) => [params]),
      ),
    ).toEqual(found);
  });

  it('ask include with the names of one step', async () => {
    const sequences = [1, 5, 9].map((seed) => steps(mlp, seed));
    const asked = new Set<string>();
    await matchMany(mlp.spec, sequences, { include: (name) => asked.add(name).size > 0 });
    expect([...asked]).toEqual(Object.keys(sequences[0][0]));
  });
});

describe('progress', () => {
  it('tells every step, and an objective that never falls after the start', async () => {
    const networks = several(mlp, 4);
    const told: MatchManyProgress[] = [];
    const found = await matchMany(mlp.spec, networks, { onProgress: (step) => told.push(step) });
    expect(told.map(({ done }) => done)).toEqual(told.map((_, i) => i + 1));
    expect(told.every(({ total, restart }) => total === null && restart === 0)).toBe(true);
    const passes = told.map(({ pass }) => pass);
    expect(passes).toEqual([...passes].sort((x, y) => x - y));
    expect(new Set(told.map(({ network }) => network))).toEqual(new Set([0, 1, 2, 3]));
    const later = told.filter(({ pass }) => pass > 0).map(({ objective }) => objective);
    for (let i = 1; i < later.length; i++) {
      expect(later[i]).toBeGreaterThan(later[i - 1] - 1e-9); // Sums of float64 in two orders.
    }
    expect(later.at(-1)).toBeCloseTo(found.objective, 2);
  });

  it('ends after maxPasses, with the objective of the permutations', async () => {
    const networks = several(mlp, 4);
    const options = { maxPasses: 1, start: 'identity' } as const;
    const found = await matchMany(mlp.spec, networks, options);
    expect(found.passes).toBe(1);
    expect(found.converged).toBe(false);
    expect(found.history).toHaveLength(5);
    const truth = await sumOverPairs(mlp.spec, networks, found.permutations);
    expect(found.objective).toBeCloseTo(truth, 3);
  });
});

describe('manyMatcher', () => {
  it('is matchMany with its options, and a matcher for strongConnectivity', async () => {
    const networks = several(mlp, 3);
    const options = { seed: 4, restarts: 2 };
    const { permutations } = await matchMany(mlp.spec, networks, options);
    const matchAll = manyMatcher(mlp.spec, options);
    expect(await matchAll(networks, {})).toEqual(permutations);
    const report = await strongConnectivity(networks, {
      ...{ spec: mlp.spec, matchAll, evaluate: distanceTo(networks), tolerance: 1 },
      ...{ points: 3, resolution: 1 },
    });
    expect(report.permutations.map(({ h1 }) => h1)).toEqual(
      permutations.map(({ h1 }) => Array.from(h1)),
    );
  });

  it('hears the signal that comes with a match', async () => {
    const match = manyMatcher(mlp.spec)(several(mlp, 3), { signal: AbortSignal.abort() });
    await expect(match).rejects.toMatchObject({ name: 'AbortError' });
  });
});
