import * as tf from '@tensorflow/tfjs-core';
import {
  barrier,
  InvalidInputError,
  identityPermutations,
  permute,
  randomPermutations,
  type SimultaneousConnectivityOptions,
  simultaneousConnectivity,
  weightMatcher,
} from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { useBackend } from '../support/backend';
import { expectNoLeak } from '../support/invariants';
import {
  copyOf,
  countedLoads,
  distanceTo,
  network,
  shuffled,
  spec,
  watched,
} from '../support/planted';

await useBackend('cpu');

const sequenceA = [1, 2, 3].map(network);
const steps = [0, 100, 2000];
/** The same trajectory in another order, one and the same at all steps. */
const together = sequenceA.map((params) => shuffled(params, 7));
/** The same networks, at each step in an order of its own. */
const apart = sequenceA.map((params, t) => shuffled(params, 7 + t));
const evaluate = distanceTo(sequenceA);
const options = { spec, match: weightMatcher(spec), evaluate, tolerance: 1e-5, points: 3, steps };
const maxima = (row: readonly { loss: { max: number } }[]) => row.map(({ loss }) => loss.max);
const isZero = (value: number) => Math.abs(value) < 1e-5;

describe('simultaneousConnectivity', () => {
  it('a permuted trajectory has no barrier at any step with any one of its permutations', async () => {
    const report = await simultaneousConnectivity(sequenceA, together, {
      ...options,
      matrix: true,
    });
    expect(report).toMatchObject({ claim: 'simultaneous', steps, from: 2 });
    expect(maxima(report.unmatched).some(isZero)).toBe(false);
    expect(maxima(report.one).every(isZero)).toBe(true);
    expect(report.matrix?.loss.flat().every(isZero)).toBe(true);
    expect(report.verdict.holds).toBe(true);
    expect(report.ownVerdict.holds).toBe(true);
    expect(report.unmatchedVerdict.holds).toBe(false);
    for (const p of report.permutations) expect(p).toEqual(report.permutations[0]);
  });

  it('networks in orders of their own have none with their own permutations, but with no single one', async () => {
    const report = await simultaneousConnectivity(sequenceA, apart, {
      ...options,
      from: 1,
      matrix: true,
    });
    expect(maxima(report.own).every(isZero)).toBe(true);
    expect(maxima(report.one).map(isZero)).toEqual([false, true, false]);
    expect(report.matrix?.loss.map((row) => row.map(isZero))).toEqual([
      [true, false, false],
      [false, true, false],
      [false, false, true],
    ]);
    expect(report.verdict).toEqual({
      metric: 'loss',
      tolerance: 1e-5,
      barrier: Math.max(...maxima(report.one)),
      holds: false,
    });
    expect(report.ownVerdict.holds).toBe(true);
  });

  it('every entry of the matrix is the barrier with the permutation of its row at the step of its column', async () => {
    const report = await simultaneousConnectivity(sequenceA, apart, { ...options, matrix: true });
    for (const [s, found] of report.permutations.entries()) {
      for (const [t, a] of sequenceA.entries()) {
        const permutations = Object.fromEntries(
          Object.entries(found).map(([group, p]) => [group, Int32Array.from(p)]),
        );
        const aligned = permute(spec, apart[t], permutations);
        const { loss, error } = await barrier(a, aligned, evaluate, { points: 3 });
        expect(report.matrix?.loss[s][t]).toBe(loss.max + 0);
        expect(report.matrix?.error[s][t]).toBe(error.max + 0);
      }
    }
    expect(maxima(report.own)).toEqual(report.matrix?.loss.map((row, t) => row[t]));
    expect(maxima(report.one)).toEqual(report.matrix?.loss[2]);
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  });

  it('uses permutations that are given at every step', async () => {
    const planted = randomPermutations(spec, sequenceA[0], { seed: 7 });
    // B's unit i is A's unit p[i], so that the inverse brings it back.
    const back = Object.fromEntries(
      Object.entries(planted).map(([group, p]) => [group, p.map((_, i) => p.indexOf(i))]),
    );
    const given = { back, none: identityPermutations(spec, sequenceA[0]) };
    const report = await simultaneousConnectivity(sequenceA, together, { ...options, given });
    expect(maxima(report.given.back.barriers).every(isZero)).toBe(true);
    expect(report.given.back.verdict.holds).toBe(true);
    expect(report.given.none.barriers).toEqual(report.unmatched);
    expect(report.given.none.verdict).toEqual(report.unmatchedVerdict);
    expect(report.given.back.permutations.h1).toEqual(Array.from(back.h1));
    expect(report.matrix).toBeNull();
  });

  it('resumed after any cell, loads, finds and measures only the rest: the same report', async () => {
    const all = {
      ...options,
      matrix: true,
      given: { planted: randomPermutations(spec, apart[0]) },
    };
    const whole = watched(evaluate);
    const report = await simultaneousConnectivity(sequenceA, apart, { ...all, ...whole.options });
    const keys = Object.keys(whole.cells);
    expect(keys).toHaveLength(1 + 3 * 2 + 9 + 3);
    for (let stop = 1; stop < keys.length; stop++) {
      const loads = countedLoads();
      const [lazyA, lazyB] = [sequenceA, apart].map((sequence) => sequence.map(loads.load));
      const controller = new AbortController();
      const before = watched(evaluate);
      const onCell: typeof before.options.onCell = (key, cell) => {
        before.options.onCell(key, cell);
        if (Object.keys(before.cells).length === stop) controller.abort();
      };
      const { signal } = controller;
      const stopped = await expectNoLeak(() =>
        simultaneousConnectivity(lazyA, lazyB, { ...all, ...before.options, onCell, signal }),
      );
      expect(stopped).toMatchObject({ name: 'AbortError' });
      const after = watched(evaluate);
      const resumed = await expectNoLeak(() =>
        simultaneousConnectivity(lazyA, lazyB, {
          ...all,
          ...after.options,
          finished: before.cells,
        }),
      );
      expect(resumed).toEqual(report);
      expect(Object.keys(after.cells)).toEqual(keys.slice(stop));
      expect(after.calls.match + before.calls.match).toBe(whole.calls.match);
      expect(after.calls.evaluate + before.calls.evaluate).toBe(whole.calls.evaluate);
      expect(loads.most()).toBeLessThanOrEqual(2);
    }
  });

  it('has two networks in memory at once, loads each once, and for the matrix once more', async () => {
    const loads = countedLoads();
    const [lazyA, lazyB] = [sequenceA, together].map((sequence) => sequence.map(loads.load));
    await expectNoLeak(() => simultaneousConnectivity(lazyA, lazyB, options));
    expect([loads.count(), loads.most()]).toEqual([6, 2]);
    await expectNoLeak(() => simultaneousConnectivity(lazyA, lazyB, { ...options, matrix: true }));
    expect([loads.count(), loads.most()]).toEqual([6 + 12, 2]);
  });

  it('adds the matrix, or another from, to a report that is finished', async () => {
    const small = watched(evaluate);
    await simultaneousConnectivity(sequenceA, apart, { ...options, ...small.options });
    const more = watched(evaluate);
    const matrix = { ...options, ...more.options, finished: small.cells, matrix: true };
    const report = await simultaneousConnectivity(sequenceA, apart, matrix);
    expect(more.calls.match).toBe(0);
    expect(Object.keys(more.cells)).toHaveLength(9 - 5);
    expect(report).toEqual(
      await simultaneousConnectivity(sequenceA, apart, { ...options, matrix: true }),
    );
    const never = sequenceA.map(() => () => Promise.reject(new Error('loaded')));
    const finished = { ...small.cells, ...more.cells };
    const other = await simultaneousConnectivity(never, never, { ...options, finished, from: 0 });
    expect(maxima(other.one)).toEqual(report.matrix?.loss[0]);
  });
});

describe('simultaneousConnectivity refuses', () => {
  const wider = tf.tidy(() => ({ ...copyOf(sequenceA[0]), 'dense1/bias': tf.zeros([8]) }));
  const B = together;
  const refused: [string, unknown[], Partial<SimultaneousConnectivityOptions>, RegExp][] = [
    ['sequences of different lengths', [sequenceA, B.slice(1)], {}, /received 3 and 2/],
    ['empty sequences', [[], []], { steps: [] }, /one length ≥ 1, received 0 and 0/],
    ['no sequences', [sequenceA[0], B[0]], {}, /received no array and no array/],
    ['too few steps', [sequenceA, B], { steps: [1, 2] }, /3 different numbers, received \[1,2\]/],
    ['a step twice', [sequenceA, B], { steps: [1, 2, 2] }, /3 different numbers/],
    ['steps that are no numbers', [sequenceA, B], { steps: [1, 2, Number.NaN] }, /3 different/],
    [
      'from beyond the last',
      [sequenceA, B],
      { from: 3 },
      /from must be an integer in 0 … 2, received 3/,
    ],
    ['a negative from', [sequenceA, B], { from: -1 }, /received -1/],
    ['a from between', [sequenceA, B], { from: 0.5 }, /received 0.5/],
    ['a negative tolerance', [sequenceA, B], { tolerance: -1 }, /tolerance/],
    ['NaN for a tolerance', [sequenceA, B], { tolerance: Number.NaN }, /tolerance/],
    [
      'networks that differ, by the step',
      [sequenceA, [B[0], wider, B[2]]],
      {},
      /'dense1\/bias' differs .* in A at step 0, \[8\] in B at step 100/,
    ],
    [
      'networks that differ once they are loaded, by the step',
      [sequenceA, [B[0], B[1], () => copyOf(wider)]],
      {},
      /^simultaneousConnectivity: B at step 2000: .*h1/,
    ],
    [
      'a network that cannot be loaded, by the step',
      [sequenceA, [B[0], () => Promise.reject(new Error('gone')), B[2]]],
      {},
      /B at step 100 could not be loaded: gone/,
    ],
    [
      'given that is no permutation',
      [sequenceA, B],
      { given: { x: { h1: Int32Array.of(1) } } },
      /given\['x'\]/,
    ],
    [
      'given of other groups',
      [sequenceA, B],
      { given: { x: { h: Int32Array.of(0) } } },
      /'h', which is not a group/,
    ],
    ['a metric that is not measured', [sequenceA, B], { metric: 'f1' }, /without the 'f1'/],
  ];
  it.each(refused)('%s', async (_, [a, b], changed, message) => {
    const work = () =>
      simultaneousConnectivity(a as never, b as never, { ...options, ...changed } as never);
    const error = await expectNoLeak(work);
    expect(error).toBeInstanceOf(InvalidInputError);
    expect((error as Error).message).toMatch(message);
    expect((error as Error).message).toMatch(/^simultaneousConnectivity[,:]/);
  });

  it('to resume with other steps, or other permutations given under the same name', async () => {
    const whole = watched(evaluate);
    const given = { x: randomPermutations(spec, B[0], { seed: 1 }) };
    const all = { ...options, given };
    await simultaneousConnectivity(sequenceA, B, { ...all, ...whole.options });
    const finished = whole.cells;
    await expect(
      simultaneousConnectivity(sequenceA, B, { ...all, finished, steps: [1, 2, 3] }),
    ).rejects.toThrow(/which is not part of this report/);
    const changed = { x: randomPermutations(spec, B[0], { seed: 2 }) };
    await expect(
      simultaneousConnectivity(sequenceA, B, { ...all, finished, given: changed }),
    ).rejects.toThrow(/given\['x'\] differs from the permutations/);
  });
});
