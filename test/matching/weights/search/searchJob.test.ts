import * as tf from '@tensorflow/tfjs-core';
import { type Params, permutationSpec, randomPermutations, solveAssignment } from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { type MatchRun, matchGrams } from '../../../../src/matching/weights/runMatch';
import { type SearchJob, searchJob } from '../../../../src/matching/weights/search/searchJob';
import { stopFlag } from '../../../../src/matching/weights/search/stopFlag';
import { useBackend } from '../../../support/backend';
import { preparedPair } from '../../../support/preparedPair';

await useBackend('cpu');

const spec = permutationSpec({ in: '_ g', mid: 'g h', out: 'h _' });
const make = (seed: number): Params => ({
  in: tf.randomNormal([3, 8], 0, 1, 'float32', seed),
  mid: tf.randomNormal([8, 9], 0, 1, 'float32', seed + 1),
  out: tf.randomNormal([9, 3], 0, 1, 'float32', seed + 2),
});
const [a, b] = [make(1), make(11)];
const pair = await preparedPair(spec, a, b);
const { groups, weights, products, terms } = pair;
const settings = { solver: solveAssignment, yieldPoint: async () => {} };
const engine = {
  weights,
  products,
  grams: matchGrams(
    products,
    groups.map(({ name }) => name),
    true,
  ),
};
const initial = randomPermutations(spec, a, { seed: 1 });
const run: MatchRun = {
  ...{ restart: 7, seed: 0, order: 'random', groups, initial, from: 'random' },
  ...{ method: 'frankWolfe', maxSweeps: 100 },
};
const job: SearchJob = {
  ...{ groups, start: run, seed: 0, stream: 5, rounds: 10, until: null, stop: null },
};
const done = async (changes: Partial<SearchJob>) => {
  const rounds: number[] = [];
  const end = await searchJob(engine, { ...job, ...changes }, settings, (best) =>
    rounds.push(best),
  );
  return { end, rounds };
};

describe('searchJob', () => {
  it('makes a run and its rounds from it; the same job has the same end', async () => {
    const { end, rounds } = await done({});
    expect(end?.rounds).toBe(10);
    expect(rounds.length).toBe(10);
    expect(end?.objective).toBe(rounds.at(-1));
    expect(end?.objective).toBeCloseTo(await pair.objective(end?.permutations ?? {}), 6);
    expect(await done({})).toEqual({ end, rounds });
    expect((await done({ stream: 6 })).rounds).not.toEqual(rounds);
  });

  it('goes on from an optimum, and ends no lower', async () => {
    const { end } = await done({});
    const { permutations = {}, objective = 0 } = end ?? {};
    const next = (await done({ start: { permutations, objective }, stream: 9 })).end;
    expect(next?.objective).toBeGreaterThanOrEqual(objective);
    expect(next?.rounds).toBe(10);
  });

  it('that is over makes no run, but returns the optimum that it has', async () => {
    const stop = stopFlag(AbortSignal.abort())?.memory ?? null;
    let solved = 0;
    const counted = {
      ...settings,
      solver: (...problem: Parameters<typeof solveAssignment>) => {
        solved++;
        return solveAssignment(...problem);
      },
    };
    for (const over of [{ stop }, { until: Date.now() - 1 }]) {
      expect(await searchJob(engine, { ...job, ...over }, counted, () => {})).toBeNull();
    }
    expect(solved).toBe(0);
    const { end } = await done({});
    const { permutations = {}, objective = 0 } = end ?? {};
    const over = await done({ start: { permutations, objective }, stop });
    expect(over).toEqual({ end: { permutations, objective, rounds: 0 }, rounds: [] });
  });

  it('rises to a fixed point first where its start is none', async () => {
    const objective = await pair.objective(initial);
    const { end } = await done({ start: { permutations: initial, objective }, rounds: 0 });
    expect(end?.rounds).toBe(0);
    expect(end?.objective).toBeGreaterThan(objective);
    expect(end?.objective).toBeCloseTo(await pair.objective(end?.permutations ?? {}), 6);
    expect(terms.length).toBe(3);
  });
});

describe('stopFlag', () => {
  it('is set by an abort before and after it is made, until it is released', () => {
    expect(stopFlag(null)).toBeNull();
    expect(stopFlag(AbortSignal.abort())?.isSet()).toBe(true);
    const [one, other] = [new AbortController(), new AbortController()];
    const [flag, released] = [stopFlag(one.signal), stopFlag(other.signal)];
    expect([flag?.isSet(), flag?.memory[0]]).toEqual([false, 0]);
    one.abort();
    expect([flag?.isSet(), flag?.memory[0]]).toEqual([true, 1]);
    released?.release();
    other.abort();
    expect(released?.isSet()).toBe(false);
  });

  it('is in memory that threads share', () => {
    const flag = stopFlag(new AbortController().signal);
    expect(flag?.memory.buffer).toBeInstanceOf(SharedArrayBuffer);
  });
});
