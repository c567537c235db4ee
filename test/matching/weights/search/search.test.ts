import * as tf from '@tensorflow/tfjs-core';
import {
  InvalidInputError,
  matchSequence,
  type Params,
  permutationSpec,
  permute,
  randomPermutations,
  type SearchOptions,
  solveAssignment,
  type WeightMatchOptions,
  type WeightMatchProgress,
  weightMatch,
} from 'perm-lmc';
import { weightMatchFiles } from 'perm-lmc/node';
import { describe, expect, it } from 'vitest';
import { useBackend } from '../../../support/backend';
import { expectFamilies } from '../../../support/expectFamilies';
import { fibredNetworks } from '../../../support/fibredNetworks';
import { expectNoLeak } from '../../../support/invariants';
import { knotty, knottyParams } from '../../../support/knotty';
import { randomParams, testNetworks } from '../../../support/networks';
import { preparedPair } from '../../../support/preparedPair';

await useBackend('cpu');

/** Groups of 12 and 10 units: a first run seldom finds the best. */
const spec = permutationSpec({ in: '_ g', mid: 'g h', skip: 'g h', out: 'h _' });
const network = (seed: number): Params => ({
  in: tf.randomNormal([2, 12], 0, 1, 'float32', 10 * seed),
  mid: tf.randomNormal([12, 10], 0, 1, 'float32', 10 * seed + 1),
  skip: tf.randomNormal([12, 10], 0, 1, 'float32', 10 * seed + 2),
  out: tf.randomNormal([10, 2], 0, 1, 'float32', 10 * seed + 3),
});
const [a, b] = [network(1), network(2)];
const match = (options: WeightMatchOptions) => weightMatch(spec, a, b, options);
const searched = (search: SearchOptions, options: WeightMatchOptions = {}) =>
  match({ ...options, search });

/** The progress of a match. */
async function progressOf(options: WeightMatchOptions) {
  const told: WeightMatchProgress[] = [];
  const result = await match({ ...options, onProgress: (step) => told.push(step) });
  return { result, told, rounds: told.filter(({ phase }) => phase === 'search') };
}

function expectMonotone(values: readonly number[]): void {
  for (let i = 1; i < values.length; i++) expect(values[i]).toBeGreaterThanOrEqual(values[i - 1]);
}

describe('rounds', () => {
  it.each([1, 2, 49, 50, 51, 120, 201, 230])('makes exactly %i', async (rounds) => {
    const { result, told, rounds: steps } = await progressOf({ search: { rounds } });
    expect(result.search?.rounds).toBe(rounds);
    expect(steps.map(({ done }) => done)).toEqual(Array.from({ length: rounds }, (_, i) => i + 1));
    for (const { total, group, sweep, gain } of steps) {
      expect([total, group, sweep]).toEqual([rounds, null, 0]);
      expect(gain).toBeGreaterThanOrEqual(0);
    }
    const before = result.search?.before ?? Number.NaN;
    expectMonotone([before, ...steps.map(({ objective }) => objective)]);
    expect(steps.at(-1)?.objective).toBeCloseTo(result.objective, 4);
    expect(told.slice(-rounds)).toEqual(steps); // After the runs.
  });

  it('the same seed gives the same result; without a search, search is null', async () => {
    const [one, other] = [await searched({ rounds: 120 }), await searched({ rounds: 120 })];
    expect(other).toEqual(one);
    const plain = await match({});
    expect(plain.search).toBeNull();
    expect(one.runs).toEqual(plain.runs);
  });

  it('another seed makes other rounds', async () => {
    const courses = new Set<string>();
    for (const seed of [0, 1, 2, 3]) {
      const { rounds } = await progressOf({ seed, start: 'identity', search: { rounds: 30 } });
      courses.add(rounds.map(({ objective }) => objective.toFixed(3)).join());
    }
    expect(courses.size).toBeGreaterThan(1);
  });

  it('end no lower than the best run and higher in most networks; more rounds find no less', async () => {
    let higher = 0;
    for (let seed = 1; seed <= 10; seed++) {
      const [x, y] = [network(seed), network(seed + 30)];
      const run = await weightMatch(spec, x, y, { restarts: 2 });
      const found = await weightMatch(spec, x, y, { restarts: 2, search: { rounds: 40 } });
      expect(found.search?.before).toBe(run.objective);
      expect(found.runs).toEqual(run.runs);
      expect(found.objective).toBeGreaterThanOrEqual(run.objective);
      if (found.objective > run.objective + 1e-3) higher++;
      tf.dispose([x, y]);
    }
    expect(higher).toBeGreaterThanOrEqual(5);
    const objectives: number[] = [];
    for (const rounds of [10, 50]) objectives.push((await searched({ rounds })).objective);
    expectMonotone(objectives); // Of one line, whose first rounds are the same.
  });

  it.each(['linear', 'cosine'] as const)(
    'after 300 of them S is what its definition gives, and the match is a fixed point, %s',
    async (kernel) => {
      const pair = await preparedPair(spec, a, b, kernel);
      for (const incremental of [true, false]) {
        const { result, rounds } = await progressOf({
          kernel,
          incremental,
          search: { rounds: 300 },
        });
        const exact = await pair.objective(result.permutations);
        expect(Math.abs(result.objective - exact)).toBeLessThan(1e-6 * exact);
        const told = rounds.at(-1)?.objective ?? Number.NaN;
        expect(Math.abs(told - exact)).toBeLessThan(1e-6 * exact);
        expect(result.converged).toBe(true);
        const again = await match({
          ...{ kernel, method: 'coordinateDescent', initial: result.permutations },
        });
        expect(again.permutations).toEqual(result.permutations);
      }
      pair.dispose();
    },
  );

  it('the history begins at S of the start, never falls, and ends at the optimum', async () => {
    let risen = 0;
    for (let seed = 1; seed <= 8; seed++) {
      for (const method of ['frankWolfe', 'coordinateDescent'] as const) {
        const [x, y] = [network(seed), network(seed + 50)];
        const options = { method, start: 'identity', seed } as const;
        const run = await weightMatch(spec, x, y, options);
        const found = await weightMatch(spec, x, y, { ...options, search: { rounds: 30 } });
        expect(found.history[0]).toBe(run.history[0]);
        expectMonotone(found.history);
        expect(found.history.at(-1)).toBeCloseTo(found.objective, 4);
        if (found.objective > run.objective) risen++;
        else expect(found.history).toEqual(run.history);
        tf.dispose([x, y]);
      }
    }
    expect(risen).toBeGreaterThan(0);
  });

  it.each([
    ...fibredNetworks.map((each) => ({
      name: each.name,
      spec: each.spec,
      make: (seed: number) => randomParams(each, seed),
    })),
    { name: 'knotty patterns', spec: knotty.spec, make: knottyParams },
  ])('keep families together: $name', async ({ spec: own, make }) => {
    const [x, y] = [make(1), make(2)];
    const pair = await preparedPair(own, x, y);
    const run = await weightMatch(own, x, y);
    for (const incremental of [true, false]) {
      const found = await weightMatch(own, x, y, { incremental, search: { rounds: 60 } });
      expectFamilies(pair.groups, found.permutations);
      expect(found.objective).toBeGreaterThanOrEqual(run.objective);
      expect(found.objective).toBeCloseTo(await pair.objective(found.permutations), 3);
    }
    pair.dispose();
    tf.dispose([x, y]);
  });

  it('give the same with grams that are computed anew', async () => {
    for (const kernel of ['linear', 'cosine'] as const) {
      const options = { kernel, search: { rounds: 40 } };
      const [kept, plain] = [await match(options), await match({ ...options, incremental: false })];
      expect(plain.objective).toBeCloseTo(kept.objective, 4);
      expect(plain.permutations).toEqual(kept.permutations);
    }
  });

  it('start where a run has ended before it converged, and lose nothing of it', async () => {
    const first = await match({ method: 'coordinateDescent', start: 'identity', maxSweeps: 1 });
    expect(first.converged).toBe(false);
    for (const rounds of [1, 60]) {
      const found = await searched(
        { rounds },
        { method: 'coordinateDescent', start: 'identity', maxSweeps: 1 },
      );
      expect(found.search?.before).toBe(first.objective);
      expect(found.objective).toBeGreaterThan(first.objective);
      expectMonotone(found.history);
    }
  });
});

describe('groups that cannot rise', () => {
  it('of one unit each need no round', async () => {
    const one = permutationSpec({ w: '_ g', v: 'g h', u: 'h _' });
    const params = { w: tf.ones([2, 1]), v: tf.ones([1, 1]), u: tf.ones([1, 3]) };
    const found = await weightMatch(one, params, params, { search: { rounds: 5 } });
    expect(found.search).toEqual({
      rounds: 0,
      before: found.objective,
      optima: [{ objective: found.objective, loss: null }],
      chosen: 0,
    });
  });

  it('without groups need no round', async () => {
    const w = tf.ones([2, 2]);
    const found = await weightMatch(
      permutationSpec({ w: '_ _' }),
      { w },
      { w },
      { search: { rounds: 5 } },
    );
    expect(found).toMatchObject({ permutations: {}, search: { rounds: 0, chosen: 0 } });
  });

  it('whose parameters are not included stay as they were', async () => {
    const partial = permutationSpec({ in: '_ g', out: 'g _', 'bn.running_mean': 'c' });
    const make = (seed: number) => ({
      in: tf.randomNormal([3, 8], 0, 1, 'float32', seed),
      out: tf.randomNormal([8, 3], 0, 1, 'float32', seed + 1),
      'bn.running_mean': tf.randomNormal([6], 0, 1, 'float32', seed + 2),
    });
    const [x, y] = [make(1), make(5)];
    const { permutations, search } = await weightMatch(partial, x, y, { search: { rounds: 40 } });
    expect(search?.rounds).toBe(40);
    expect(permutations.c).toEqual(Int32Array.of(0, 1, 2, 3, 4, 5));
  });
});

describe('stop', () => {
  it('before the first round returns the best run', async () => {
    const { permutations, objective, history, runs } = await match({ restarts: 2 });
    for (const search of [
      { stop: AbortSignal.abort() },
      { rounds: 100, stop: AbortSignal.abort() },
      { seconds: 100, stop: AbortSignal.abort() },
    ]) {
      const found = await searched(search, { restarts: 2 });
      expect(found).toMatchObject({ permutations, objective, history, runs });
      expect(found.search).toEqual({
        ...{ rounds: 0, before: objective, chosen: 0 },
        optima: [{ objective, loss: null }],
      });
    }
  });

  it.each([1, 7, 60])('after round %i ends with it, with the best so far', async (last) => {
    const controller = new AbortController();
    const rounds: WeightMatchProgress[] = [];
    let calls = 0;
    let whenStopped = 0;
    const found = await match({
      search: { rounds: 1000, stop: controller.signal },
      solver: (...problem) => {
        calls++;
        return solveAssignment(...problem);
      },
      onProgress: (step) => {
        if (step.phase !== 'search') return;
        rounds.push(step);
        if (step.done !== last) return;
        controller.abort();
        whenStopped = calls;
      },
    });
    expect(found.search?.rounds).toBe(last);
    expect(rounds.length).toBe(last);
    expect(found.objective).toBeCloseTo(rounds.at(-1)?.objective ?? Number.NaN, 4);
    // Nothing but the descent that confirms the optimum comes after: no run of another line.
    expect(calls - whenStopped).toBeLessThanOrEqual(2 * spec.groups.length);
  });

  it('alone ends a search that has no other end, from a timer', async () => {
    const { search, objective } = await searched({ stop: AbortSignal.timeout(150) });
    expect(search?.rounds).toBeGreaterThan(0);
    expect(objective).toBeGreaterThanOrEqual(search?.before ?? Number.NaN);
  });

  it('leaves no listener behind', async () => {
    const { signal } = new AbortController();
    const listeners: unknown[] = [];
    const [add, remove] = [
      signal.addEventListener.bind(signal),
      signal.removeEventListener.bind(signal),
    ];
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      listeners.push(args[1]);
      add(...args);
    };
    signal.removeEventListener = (...args: Parameters<typeof remove>) => {
      listeners.splice(listeners.indexOf(args[1]), 1);
      remove(...args);
    };
    await searched({ rounds: 3, stop: signal });
    expect(listeners).toEqual([]);
  });
});

describe('seconds', () => {
  it('ends in time, with rounds made', async () => {
    const begun = Date.now();
    const { search } = await searched({ seconds: 0.4 });
    expect(search?.rounds).toBeGreaterThan(0);
    expect(Date.now() - begun).toBeGreaterThanOrEqual(400);
    expect(Date.now() - begun).toBeLessThan(20_000);
  });

  it('and rounds end with the first of both', async () => {
    const begun = Date.now();
    expect((await searched({ seconds: 1000, rounds: 3 })).search?.rounds).toBe(3);
    expect(Date.now() - begun).toBeLessThan(100_000);
    const { rounds } = (await searched({ seconds: 0.2, rounds: 1e9 })).search ?? { rounds: 0 };
    expect(rounds).toBeGreaterThan(0);
    expect(rounds).toBeLessThan(1e9);
  });

  it('has no total in the progress, unlike rounds', async () => {
    const { rounds } = await progressOf({ search: { seconds: 0.2 } });
    expect(new Set(rounds.map(({ total }) => total))).toEqual(new Set([null]));
    expect(rounds.map(({ done }) => done)).toEqual(rounds.map((_, i) => i + 1));
  });
});

describe('signal', () => {
  it.each(['packed', 'backend'] as const)(
    'rejects between rounds and in the middle of one, and leaks nothing, %s',
    async (engine) => {
      const reason = new Error('enough');
      for (const delay of [0, 1, 2, 3]) {
        const controller = new AbortController();
        let searching = false;
        let solved = 0;
        const aborted = await expectNoLeak(() =>
          match({
            ...{ engine, search: { rounds: 50 }, signal: controller.signal },
            solver: (...problem) => {
              if (searching && ++solved === delay) controller.abort(reason);
              return solveAssignment(...problem);
            },
            onProgress: ({ phase }) => {
              if (phase !== 'search') return;
              searching = true;
              if (delay === 0) controller.abort(reason);
            },
          }),
        );
        expect(aborted).toBe(reason);
      }
      const done = await expectNoLeak(() => searched({ rounds: 12 }, { engine }));
      expect((done as Awaited<ReturnType<typeof match>>).search?.rounds).toBe(12);
      for (const tensor of [...Object.values(a), ...Object.values(b)]) {
        expect(tensor.isDisposed).toBe(false);
      }
    },
  );

  it('what onProgress or the solver throws in a round ends the match', async () => {
    for (const engine of ['packed', 'backend'] as const) {
      const failure = new Error('full');
      const inProgress = await expectNoLeak(() =>
        match({
          ...{ engine, search: { rounds: 50 } },
          onProgress: ({ phase }) => {
            if (phase === 'search') throw failure;
          },
        }),
      );
      expect(inProgress).toBe(failure);
    }
  });
});

describe('evaluate', () => {
  it('measures each kept optimum at three points, and the smallest of the greatest losses wins', async () => {
    for (const keep of [1, 3, undefined]) {
      const losses: number[] = [];
      const seen: tf.Tensor[] = [];
      const before = await Promise.all([a, b].map(({ mid }) => mid.data()));
      const found = await expectNoLeak(() =>
        searched({
          ...{ rounds: 160, keep },
          evaluate: async (params) => {
            seen.push(...Object.values(params));
            const [value] = await params.mid.data();
            const loss = 10 - losses.length + 0 * value; // Later optima are better.
            losses.push(loss);
            return { loss };
          },
        }),
      );
      if (found instanceof Error) throw found;
      const { optima, chosen } = found.search ?? { optima: [], chosen: -1 };
      expect(optima.length).toBeLessThanOrEqual(keep ?? 6);
      if (keep !== 1) expect(optima.length).toBeGreaterThan(1);
      expect(losses.length).toBe(3 * optima.length);
      const greatest = optima.map((_, i) => Math.max(...losses.slice(3 * i, 3 * i + 3)));
      expect(optima.map(({ loss }) => loss)).toEqual(greatest);
      expect(chosen).toBe(greatest.indexOf(Math.min(...greatest)));
      expect(chosen).toBe(optima.length - 1);
      expect(found.objective).toBe(optima[chosen].objective);
      const values = optima.map(({ objective }) => objective);
      expect(values).toEqual([...values].sort((x, y) => y - x));
      expectMonotone(found.history);
      expect(found.history.at(-1)).toBeCloseTo(found.objective, 4);
      for (const tensor of seen) expect(tensor.isDisposed).toBe(true);
      const after = await Promise.all([a, b].map(({ mid }) => mid.data()));
      expect(after).toEqual(before);
    }
  });

  it('gets the mixtures of A and the permuted B, a quarter, half and three quarters of the way', async () => {
    const mids: Float32Array[] = [];
    const { permutations } = await searched({
      ...{ rounds: 5, keep: 1 },
      evaluate: async ({ mid }) => {
        mids.push((await mid.data()) as Float32Array);
        return { loss: 1 };
      },
    });
    const moved = permute(spec, b, permutations);
    const [x, y] = [await a.mid.data(), await moved.mid.data()];
    expect(mids.length).toBe(3);
    [0.25, 0.5, 0.75].forEach((share, at) => {
      mids[at].forEach((value, i) => {
        expect(value).toBeCloseTo((1 - share) * x[i] + share * y[i], 5);
      });
    });
    tf.dispose(moved);
  });

  it('of equal losses takes the greatest S', async () => {
    const { search, objective } = await searched({
      rounds: 160,
      evaluate: async () => ({ loss: 1 }),
    });
    expect(search?.chosen).toBe(0);
    expect(search?.optima.length).toBeGreaterThan(1);
    expect(objective).toBe(search?.optima[0].objective);
  });

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['no loss', {}],
    ['a string', { loss: '0.1' }],
    ['NaN', { loss: Number.NaN }],
    ['an infinite loss', { loss: Number.POSITIVE_INFINITY }],
  ])('that returns %s is named', async (_, value) => {
    const error = await expectNoLeak(() =>
      searched({
        rounds: 2,
        evaluate: (async () => value) as NonNullable<SearchOptions['evaluate']>,
      }),
    );
    expect(error).toBeInstanceOf(InvalidInputError);
    expect(error).toMatchObject({ fn: 'weightMatch', param: 'search.evaluate' });
    expect((error as Error).message).toMatch(
      /^weightMatch: search\.evaluate must return \{ loss \}/,
    );
  });

  it('that throws, at once or later, is named with its error as the cause', async () => {
    const cause = new Error('no data');
    for (const evaluate of [
      () => {
        throw cause;
      },
      async () => {
        throw cause;
      },
    ]) {
      const error = await expectNoLeak(() => searched({ rounds: 2, evaluate }));
      expect((error as Error).message).toMatch(/search\.evaluate.*no data/);
      expect((error as Error).cause).toBe(cause);
    }
  });

  it('is not called again once the match is aborted', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    let calls = 0;
    const error = await expectNoLeak(() =>
      searched(
        {
          rounds: 60,
          evaluate: async () => {
            calls++;
            controller.abort(reason);
            return { loss: 1 };
          },
        },
        { signal: controller.signal },
      ),
    );
    expect(error).toBe(reason);
    expect(calls).toBe(1);
  });

  it('is refused where there are no two networks in tensors', async () => {
    const search = { rounds: 2, evaluate: async () => ({ loss: 1 }) };
    const sequence = matchSequence(spec, [a], [b], { search });
    await expect(sequence).rejects.toThrow(/^matchSequence: search\.evaluate cannot measure/);
    const files = weightMatchFiles(spec, 'none', 'none', { search });
    await expect(files).rejects.toThrow(/^weightMatchFiles: search\.evaluate cannot measure/);
    await expect(sequence).rejects.toMatchObject({ param: 'search.evaluate' });
    const found = await matchSequence(spec, [a, b], [b, a], { search: { rounds: 3 } });
    expect(found.search?.rounds).toBe(3);
  });
});

describe('bad options', () => {
  it.each<[string, unknown, string]>([
    ['no end', {}, 'search'],
    ['evaluate alone', { evaluate: async () => ({ loss: 1 }) }, 'search'],
    ['no rounds', { rounds: 0 }, 'search.rounds'],
    ['half a round', { rounds: 1.5 }, 'search.rounds'],
    ['infinite rounds', { rounds: Number.POSITIVE_INFINITY }, 'search.rounds'],
    ['no seconds', { seconds: 0 }, 'search.seconds'],
    ['seconds in the past', { seconds: -1 }, 'search.seconds'],
    ['NaN seconds', { seconds: Number.NaN }, 'search.seconds'],
    ['infinite seconds', { seconds: Number.POSITIVE_INFINITY }, 'search.seconds'],
    ['seconds in words', { seconds: '5' }, 'search.seconds'],
    ['a stop that is a controller', { stop: new AbortController() }, 'search.stop'],
    ['an evaluate that is none', { rounds: 1, evaluate: 5 }, 'search.evaluate'],
    ['nothing to keep', { rounds: 1, keep: 0 }, 'search.keep'],
  ])('%s', async (_, search, param) => {
    const error = await expectNoLeak(() => searched(search as SearchOptions));
    expect(error).toBeInstanceOf(InvalidInputError);
    expect(error).toMatchObject({ fn: 'weightMatch', param });
  });

  it.each([5, null, 'long', { round: 5 }])('search: %o', async (search) => {
    const error = await expectNoLeak(() => searched(search as SearchOptions));
    expect(error).toBeInstanceOf(InvalidInputError);
    expect((error as Error).message).toMatch(/^weightMatch: search: /);
  });
});

it('a planted permutation stays found', async () => {
  const [mlp] = testNetworks;
  const x = randomParams(mlp, 1);
  const planted = randomPermutations(mlp.spec, x, { seed: 4 });
  const y = permute(mlp.spec, x, planted);
  const found = await weightMatch(mlp.spec, y, x, { search: { rounds: 60 } });
  expect(found.permutations).toEqual(planted);
});
