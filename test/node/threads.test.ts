import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import {
  InvalidInputError,
  type MatchThreads,
  mlpSpec,
  munkres,
  type Params,
  permutationSpec,
  permute,
  randomPermutations,
  type SearchOptions,
  type WeightMatchOptions,
  type WeightMatchProgress,
  weightMatch,
} from 'perm-lmc';
import { startThreads, weightMatchFiles, writeSafetensors } from 'perm-lmc/node';
import { afterAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { rowLength } from '../../src/matching/products/unitRows';
import { useBackend } from '../support/backend';
import { groupedQueryAttention } from '../support/fibredNetworks';
import { expectNoLeak } from '../support/invariants';
import { randomParams } from '../support/networks';

await useBackend('wasm');
const threads = await startThreads({ count: 2 });
afterAll(() => threads.close());

const spec = mlpSpec(3);
function network(seed: number, width = 40): Params {
  const widths = [20, width, width, 10];
  return Object.fromEntries(
    widths.slice(1).flatMap((outputs, layer) => {
      const own = 100 * seed + layer;
      return [
        [
          `dense${layer + 1}/kernel`,
          tf.randomNormal([widths[layer], outputs], 0, 1, 'float32', own),
        ],
        [`dense${layer + 1}/bias`, tf.randomNormal([outputs], 0, 1, 'float32', own + 50)],
      ];
    }),
  );
}
const [a, b] = [network(1), network(2)];

/** Coordinate descent from the networks as they are. */
const descent = { method: 'coordinateDescent', start: 'identity' } as const;

/** The same with and without threads, down to the bits. */
async function expectSame(x: Params, y: Params, options: WeightMatchOptions): Promise<void> {
  const alone = await weightMatch(spec, x, y, options);
  expect(await weightMatch(spec, x, y, { ...options, threads })).toEqual(alone);
}

describe('weightMatch with threads gives what it gives without', () => {
  it('on groups inside others', async () => {
    const { spec: fibred } = groupedQueryAttention;
    const [x, y] = [1, 2].map((seed) => randomParams(groupedQueryAttention, seed));
    const alone = await weightMatch(fibred, x, y, { restarts: 3 });
    expect(await weightMatch(fibred, x, y, { restarts: 3, threads })).toEqual(alone);
  });

  it.each<[string, WeightMatchOptions]>([
    ['one run', {}],
    ['several runs', { restarts: 5, seed: 3 }],
    ['coordinate descent', { restarts: 3, method: 'coordinateDescent' }],
    ['no steps saved', { restarts: 2, incremental: false }],
    ['the cosine kernel', { restarts: 3, kernel: 'cosine' }],
    ['an order of its own', { restarts: 2, order: ['h2', 'h1'], maxSweeps: 1 }],
    ['a search on one line', { search: { rounds: 20 } }],
    ['a search on four lines', { restarts: 2, search: { rounds: 230 } }],
    ['a search by coordinate descent', { ...descent, search: { rounds: 120 } }],
    ['a search with the cosine kernel', { kernel: 'cosine', search: { rounds: 60 } }],
    ['a search that saves no steps', { incremental: false, search: { rounds: 60 } }],
    ['a search from an early end', { ...descent, maxSweeps: 1, search: { rounds: 60 } }],
    ['a start of its own', { restarts: 2, initial: randomPermutations(spec, a, { seed: 9 }) }],
  ])('%s', async (_name, options) => {
    await expectNoLeak(() => expectSame(a, b, options));
  });

  it("a solver of the user's, which stays on this thread", async () => {
    let calls = 0;
    const solver: typeof munkres = (...problem) => {
      calls++;
      return munkres(...problem);
    };
    await expectSame(a, b, { restarts: 2, solver });
    expect(calls).toBeGreaterThan(0);
  });

  it('products so large that they are split', async () => {
    // 801² · 801 multiplications are over the limit, and 801 rows don't split evenly.
    const [x, y] = [network(3, 801), network(4, 801)];
    let asked = 0;
    let sent = 0;
    const { work } = threads;
    const counted = {
      ...threads,
      work: {
        ...work,
        matches: 0,
        addProducts: (...call: Parameters<typeof work.addProducts>) => {
          const result = work.addProducts(...call);
          asked++;
          if (call[1].some(({ left }) => rowLength(left) === 801)) sent++;
          return result;
        },
      },
    };
    const options = { ...descent, maxSweeps: 1, order: 'forward' } as const;
    const alone = await weightMatch(spec, x, y, options);
    expect(await weightMatch(spec, x, y, { ...options, threads: counted })).toEqual(alone);
    // Each group's gram has a part from the outer parameters and one from the kernel between the two,
    // which for h1 is computed again when h2 has moved.
    expect(asked).toBe(5);
    expect(sent).toBe(3);
    tf.dispose([x, y]);
  });

  it('the start by signatures, its families divided among threads', async () => {
    const [x, y] = [network(3, 480), network(4, 480)];
    while (threads.work.free() === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    const { work } = threads;
    const divided: string[][] = [];
    const counted = {
      ...threads,
      work: {
        ...work,
        matches: 0,
        start: (...[task]: Parameters<typeof work.start>) => {
          divided.push(task.groups.map(({ name }) => name));
          return work.start(task);
        },
      },
    };
    const options = { start: 'signature', maxSweeps: 1, method: 'coordinateDescent' } as const;
    const alone = await weightMatch(spec, x, y, options);
    expect(await weightMatch(spec, x, y, { ...options, threads: counted })).toEqual(alone);
    expect(Object.keys(alone.permutations)).toEqual(['h1', 'h2']);
    expect(divided).toEqual([[expect.stringMatching(/^h[12]$/)]]);
    tf.dispose([x, y]);
  });

  it('where memory cannot be shared, all on this thread', async () => {
    const [x, y] = [network(3, 480), network(4, 480)];
    const options = { ...descent, restarts: 2, maxSweeps: 1 };
    const alone = await weightMatch(spec, x, y, options);
    vi.stubGlobal('SharedArrayBuffer', undefined);
    onTestFinished(() => void vi.unstubAllGlobals());
    expect(await weightMatch(spec, x, y, { ...options, threads })).toEqual(alone);
    tf.dispose([x, y]);
  });

  it('products of files that are too large to be kept', async () => {
    const spec = mlpSpec(2, { layout: 'pytorch' });
    const folder = mkdtempSync(join(tmpdir(), 'perm-lmc-threads-'));
    const [a, b] = [1, 2].map((seed) => join(folder, `${seed}.safetensors`));
    try {
      for (const [i, path] of [a, b].entries()) {
        const params = {
          'fc1.weight': tf.randomNormal([1024, 500], 0, 1, 'float32', i + 1),
          'fc2.weight': tf.randomNormal([10, 1024], 0, 1, 'float32', i + 3),
        };
        await writeSafetensors(path, params);
        tf.dispose(params);
      }
      const options = { memory: 0, start: 'identity', restarts: 2, maxSweeps: 1 } as const;
      const expected = await weightMatchFiles(spec, a, b, options);
      expect(await weightMatchFiles(spec, a, b, { ...options, threads })).toEqual(expected);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('several matches at once, each a whole run on a thread', async () => {
    const others = [3, 4, 5].map((seed) => network(seed));
    const alone = [];
    const options = { start: 'identity' } as const; // So that all begin at once.
    for (const other of others) alone.push(await weightMatch(spec, a, other, options));
    let runs = 0;
    const { work } = threads;
    const counted = {
      ...threads,
      work: {
        ...work,
        run: ((...call: Parameters<typeof work.run>) => {
          runs++;
          return work.run(...call);
        }) as typeof work.run,
      },
    };
    const together = await Promise.all(
      others.map((other) => weightMatch(spec, a, other, { ...options, threads: counted })),
    );
    expect(together).toEqual(alone);
    expect(runs).toBe(3);
    expect(counted.work.matches).toBe(0);
    tf.dispose(others);
  });

  it('and finds a planted permutation', async () => {
    const planted = randomPermutations(spec, a, { seed: 5 });
    const moved = permute(spec, a, planted);
    const { permutations } = await weightMatch(spec, moved, a, { restarts: 2, threads });
    expect(permutations).toEqual(planted);
    tf.dispose(moved);
  });
});

describe('a search on threads', () => {
  const measured =
    (losses: number[]): SearchOptions['evaluate'] =>
    async () => {
      losses.push(10 - losses.length);
      return { loss: 10 - losses.length };
    };

  it('keeps and measures the same optima', async () => {
    const ends = [];
    for (const options of [{}, { threads }]) {
      const losses: number[] = [];
      const search = { rounds: 160, evaluate: measured(losses) };
      ends.push([await weightMatch(spec, a, b, { ...options, search }), losses]);
    }
    expect(ends[1]).toEqual(ends[0]);
  });

  it('tells every round, and the best so far never falls', async () => {
    const told: WeightMatchProgress[] = [];
    const { objective, search } = await weightMatch(spec, a, b, {
      ...{ threads, search: { rounds: 120 } },
      onProgress: (step) => {
        if (step.phase === 'search') told.push(step);
      },
    });
    expect(search?.rounds).toBe(120);
    expect(told.map(({ done }) => done)).toEqual(told.map((_, i) => i + 1));
    expect(told.length).toBe(120);
    for (const { total, gain } of told) {
      expect(total).toBe(120);
      expect(gain).toBeGreaterThanOrEqual(0);
    }
    told.slice(1).forEach((step, at) => {
      expect(step.objective).toBeGreaterThanOrEqual(told[at].objective);
    });
    expect(told.at(-1)?.objective).toBeCloseTo(objective, 3);
    expect(new Set(told.map(({ restart }) => restart))).toEqual(new Set([0, 1, 2, 3]));
  });

  it('ends when it is stopped, before it begins and in its course, and in time', async () => {
    const plain = await weightMatch(spec, a, b, {});
    const before = await weightMatch(spec, a, b, {
      ...{ threads, search: { rounds: 100, stop: AbortSignal.abort() } },
    });
    expect(before).toMatchObject({ permutations: plain.permutations, search: { rounds: 0 } });
    const controller = new AbortController();
    const stopped = await weightMatch(spec, a, b, {
      ...{ threads, search: { stop: controller.signal } },
      onProgress: ({ phase, done }) => {
        if (phase === 'search' && done === 20) controller.abort();
      },
    });
    expect(stopped.search?.rounds).toBeGreaterThanOrEqual(20);
    expect(stopped.objective).toBeGreaterThanOrEqual(plain.objective);
    const begun = Date.now();
    const timed = await weightMatch(spec, a, b, { threads, search: { seconds: 0.3 } });
    expect(timed.search?.rounds).toBeGreaterThan(0);
    expect(Date.now() - begun).toBeLessThan(20_000);
    await expectSame(a, b, { search: { rounds: 60 } });
  });

  it('an abort in its course rejects with the reason, and the threads go on to other work', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const aborted = weightMatch(spec, a, b, {
      ...{ threads, search: { rounds: 1e6 }, signal: controller.signal },
      onProgress: ({ phase }) => {
        if (phase === 'search') controller.abort(reason);
      },
    });
    await expect(aborted).rejects.toBe(reason);
    await expectSame(a, b, { search: { rounds: 60 } });
  });
});

describe('long work on threads', () => {
  it('tells every step of every run, in the order of the run, before it is done', async () => {
    const steps = async (options: WeightMatchOptions) => {
      const told: WeightMatchProgress[] = [];
      await weightMatch(spec, a, b, {
        restarts: 3,
        ...options,
        onProgress: (step) => told.push(step),
      });
      return [0, 1, 2].map((restart) => told.filter((step) => step.restart === restart));
    };
    expect(await steps({ threads })).toEqual(await steps({}));
  });

  it('an abort ends the runs with its reason, and the threads go on to other work', async () => {
    const large = [network(6, 200), network(7, 200)] as const;
    const controller = new AbortController();
    const reason = new Error('enough');
    const aborted = weightMatch(spec, ...large, {
      restarts: 50,
      threads,
      signal: controller.signal,
      onProgress: () => controller.abort(reason),
    });
    await expect(aborted).rejects.toBe(reason);
    const before = AbortSignal.abort(reason);
    await expect(weightMatch(spec, a, b, { threads, signal: before })).rejects.toBe(reason);
    await expectSame(a, b, { restarts: 2 });
    tf.dispose([...large]);
  });

  it('what onProgress throws ends all runs with that error', async () => {
    const failure = new Error('full');
    const failed = weightMatch(spec, a, b, {
      restarts: 4,
      threads,
      onProgress: ({ restart }) => {
        if (restart === 2) throw failure;
      },
    });
    await expect(failed).rejects.toBe(failure);
    await expectSame(a, b, { restarts: 2 });
  });

  it('bad input that a thread meets is bad input here', async () => {
    // ⟨A, B⟩ is zero for each parameter, but units' products, 2.6e38, add up to more than float32 holds.
    const huge = permutationSpec({ one: 'h', two: 'h' });
    const ones = Float32Array.from({ length: 40 }, () => 1.6e19);
    const signs = ones.map((value, i) => (i % 2 === 0 ? value : -value));
    const both = (values: Float32Array) => ({ one: tf.tensor1d(values), two: tf.tensor1d(values) });
    const options = { ...descent, restarts: 2, threads };
    const match = weightMatch(huge, both(ones), both(signs), options);
    await expect(match).rejects.toThrow(InvalidInputError);
    await expect(match).rejects.toThrow(/solveAssignment: similarity\[0, 0\] is Infinity/);
  });
});

describe('startThreads', () => {
  it.each([0, -1, 1.5, Number.NaN])('refuses count = %s', async (count) => {
    await expect(startThreads({ count })).rejects.toThrow(/startThreads: count must be an integer/);
  });

  it("refuses the backend's engine, which threads have not", async () => {
    await expect(weightMatch(spec, a, b, { threads, engine: 'backend' })).rejects.toThrow(
      /engine is 'backend', but threads do not run tfjs/,
    );
  });

  it('has one pool for all calls with as many threads: closing one use ends its matches, and no others', async () => {
    const [one, other] = [await startThreads({ count: 2 }), await startThreads({ count: 2 })];
    const options = { restarts: 20, seed: 1 };
    const alone = await weightMatch(spec, a, b, options);
    const [ended, match] = [
      weightMatch(spec, a, b, { ...options, threads: one, onProgress: () => void one.close() }),
      weightMatch(spec, a, b, { ...options, threads: other }),
    ];
    await expect(ended).rejects.toThrow('the threads have been closed');
    expect(await match).toEqual(alone);
    await other.close();
    await other.close();
  });

  it('once they are closed no match begins, and one that goes on fails', async () => {
    const closed = await startThreads({ count: 1 });
    const large = [network(6, 200), network(7, 200)] as const;
    const match = weightMatch(spec, ...large, {
      restarts: 20,
      threads: closed,
      onProgress: () => void closed.close(),
    });
    await expect(match).rejects.toThrow();
    await expect(weightMatch(spec, a, b, { threads: closed })).rejects.toThrow(
      /weightMatch: the threads have been closed\. Start them/,
    );
    const none = {} as MatchThreads;
    await expect(weightMatch(spec, a, b, { threads: none })).rejects.toThrow(
      /threads was not returned by startThreads\(\)/,
    );
    tf.dispose([...large]);
  });
});
