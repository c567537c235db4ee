import * as tf from '@tensorflow/tfjs-core';
import {
  applyMask,
  geometric,
  type IterativePruningOptions,
  iterativeMagnitudePruning,
  oneShot,
  type Params,
  type PruningLevel,
  permute,
  randomPermutations,
  type TrainFn,
  transportMask,
} from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { useBackend } from '../support/backend';
import { expectNoLeak, expectSameParams } from '../support/invariants';
import { randomParams, testNetworks } from '../support/networks';
import { options, rewind, run, train } from './iterativePruning';
import { rows, valuesOf } from './masks';

await useBackend('cpu');

describe('iterativeMagnitudePruning', () => {
  it('trains, prunes, rewinds and trains again', async () => {
    // Halfway from the rewind point to the target: k1 3 0 1 0.5, k2 1 −1 1 −1.
    // Half of 8 are pruned: k1[1] = 0, k1[3] = 0.5, and of the magnitudes of 1 the first two: k1[2], k2[0].
    // What is left, from the rewind point again: k1[0] 3, k2[1…3] −1 1 −1; 6 of 8: k2[1] and k2[2] go.
    const bias = [7];
    expect(await run()).toEqual([
      {
        level: 0,
        density: 1,
        mask: { k1: [1, 1, 1, 1], k2: [1, 1, 1, 1], bias: [1] },
        params: { k1: [3, 0, 1, 0.5], k2: [1, -1, 1, -1], bias },
      },
      {
        level: 1,
        density: 0.5,
        mask: { k1: [1, 0, 0, 0], k2: [0, 1, 1, 1], bias: [1] },
        params: { k1: [3, -0, 0, 0], k2: [0, -1, 1, -1], bias },
      },
      {
        level: 2,
        density: 0.25,
        mask: { k1: [1, 0, 0, 0], k2: [0, 0, 0, 1], bias: [1] },
        params: { k1: [3, -0, 0, 0], k2: [0, -0, 0, -1], bias },
      },
    ]);
  });

  it('every level starts from the rewind point under its mask', async () => {
    const starts: Record<string, number[]>[] = [];
    await run({
      train: async (params, mask, context) => {
        starts.push(await valuesOf(params));
        return train(params, mask, context);
      },
    });
    expect(starts.map(({ k1, k2 }) => [...k1, ...k2].map((value) => value + 0))).toEqual([
      [1, 1, -1, 0.5, 0, 2, 1, -3],
      [1, 0, 0, 0, 0, 2, 1, -3],
      [1, 0, 0, 0, 0, 0, 0, -3],
    ]);
  });

  it('dense training may start elsewhere, and rewind may be a function of the level', async () => {
    const start = { ...rows({ k1: [9, 9, 9, 9], k2: [0, 0, 0, 0] }), bias: tf.tensor1d([0]) };
    const asked: number[] = [];
    const loaded: Params[] = [];
    const load = (level: number) => {
      asked.push(level);
      loaded.push(
        tf.tidy(() => ({
          ...rows({ k1: [1, 1, 1, 1], k2: [1, 1, 1, level] }),
          bias: tf.ones([1]),
        })),
      );
      return loaded.at(-1)!;
    };
    const [dense, first, second] = await run({ start, rewind: load });
    expect(asked).toEqual([1, 2]);
    expect(dense.params.k1).toEqual([7, 4, 6, 4.75]);
    expect(first.mask.k2).toEqual([0, 0, 0, 0]); // 1 −2 0.5 0.5 were the smallest
    expect(second.params.bias).toEqual([1]);
    // What the function loads is disposed; start is not.
    expect(loaded.flatMap(Object.values).every((tensor) => tensor.isDisposed)).toBe(true);
    expect(Object.values(start).some((tensor) => tensor.isDisposed)).toBe(false);
    await expectNoLeak(() => run({ start, rewind: load }));
  });

  it('under layer scope every layer is pruned by itself', async () => {
    const [, half] = await run({ scope: 'layer', levels: 1 });
    expect(half.mask).toEqual({ k1: [1, 0, 1, 0], k2: [0, 0, 1, 1], bias: [1] });
  });

  it('zero levels are dense training alone; a level may prune nothing', async () => {
    expect(await run({ levels: 0 })).toHaveLength(1);
    const same = await run({ schedule: oneShot(0.5, { at: 2 }) });
    expect(same.map(({ density }) => density)).toEqual([1, 1, 0.5]);
    expect(same[1].params).toEqual(same[0].params);
  });

  it('neither the order of what train returns nor whether it is new matters', async () => {
    const expected = await run();
    const reversed = async (...args: Parameters<TrainFn>) =>
      Object.fromEntries(Object.entries(await train(...args)).reverse());
    expect(await run({ train: reversed })).toEqual(expected);
    // Training that does nothing hands back the very tensors that it was given.
    const idle = await expectNoLeak(() => run({ train: async (params) => params }));
    if (idle instanceof Error) throw idle;
    expect(idle[0].params.bias).toEqual([7]);
    expect(idle[0].params.k1).toEqual([1, 1, -1, 0.5]);
    // Some of rewind's own tensors among what is returned stay rewind's.
    await run({
      train: async (...args) => {
        const trained = await train(...args);
        trained.bias.dispose();
        return { ...trained, bias: rewind.bias };
      },
    });
    expect(rewind.bias.isDisposed).toBe(false);
  });

  it('variables that train returns become plain tensors', async () => {
    const expected = await run();
    const found = await expectNoLeak(() =>
      run({
        train: async (...args) => {
          const trained = await train(...args);
          const variables = Object.entries(trained).map(([name, x]) => [name, tf.variable(x)]);
          tf.dispose(trained);
          return Object.fromEntries(variables);
        },
      }),
    );
    expect(found).toEqual(expected);
  });

  it('commutes with permuting, where training does and no tie crosses a threshold', async () => {
    const [network] = testNetworks;
    const theta = randomParams(network, 1);
    const p = randomPermutations(network.spec, theta, { seed: 3 });
    const common = {
      // Every weight by itself, so that it does not matter where it stands: w ↦ m·(w + sin 5w).
      train: async (params: Params, mask: Params) =>
        tf.tidy(() => {
          const moved = Object.entries(params).map(([name, w]) => [
            name,
            tf.add(w, tf.sin(tf.mul(w, 5))),
          ]);
          return applyMask(Object.fromEntries(moved), mask);
        }),
      schedule: geometric(0.3),
      levels: 3,
    };
    const moved = iterativeMagnitudePruning({
      ...common,
      rewind: permute(network.spec, theta, p),
    });
    let levels = 0;
    for await (const { mask, params } of iterativeMagnitudePruning({ ...common, rewind: theta })) {
      const { value } = await moved.next();
      await expectSameParams(value!.mask, await transportMask(network.spec, mask, p));
      await expectSameParams(value!.params, permute(network.spec, params, p));
      levels++;
    }
    expect(levels).toBe(4);
  });

  it('tells how far it is', async () => {
    const heard: string[] = [];
    await run({
      levels: 1,
      onProgress: ({ done, total, level, stage, density }) =>
        heard.push(`${done}/${total} level ${level} ${stage} ${density}`),
    });
    expect(heard).toEqual([
      '0/2 level 0 training 1',
      '1/2 level 0 trained 1',
      '1/2 level 1 training 0.5',
      '2/2 level 1 trained 0.5',
    ]);
  });
});

describe('ownership', () => {
  it('a level belongs to its receiver, who may keep or dispose it; nothing else is left', async () => {
    await expectNoLeak(() => run());
    const kept = await expectNoLeak(async () => {
      const levels: PruningLevel[] = [];
      for await (const level of iterativeMagnitudePruning(options)) levels.push(level);
      return levels;
    }, 3 * 6);
    if (kept instanceof Error) throw kept;
    expect((await valuesOf(kept[0].mask)).k1).toEqual([1, 1, 1, 1]);
    tf.dispose(kept.flatMap(({ mask, params }) => [mask, params]));
    for (const tensor of Object.values(rewind)) expect(tensor.isDisposed).toBe(false);
  });

  it('leaving the loop early leaks nothing', async () => {
    for (const at of [0, 1, 2]) {
      await expectNoLeak(async () => {
        for await (const { level, mask, params } of iterativeMagnitudePruning(options)) {
          tf.dispose([mask, params]);
          if (level === at) break;
        }
      });
      await expectNoLeak(async () => {
        for await (const { level, mask, params } of iterativeMagnitudePruning(options)) {
          tf.dispose([mask, params]);
          if (level === at) throw new Error('out of the loop');
        }
      });
    }
  });

  it('while a level trains, no more is held than its start and its mask', async () => {
    const held: number[] = [];
    const before = tf.memory().numTensors;
    await run({
      train: async (...args) => {
        held.push(tf.memory().numTensors - before);
        return train(...args);
      },
    });
    expect(held).toEqual([6, 6, 6]);
  });

  it('an iterator that is never asked, or not asked beyond the last level, holds nothing', async () => {
    await expectNoLeak(() => void iterativeMagnitudePruning(options));
    await expectNoLeak(async () => {
      const levels = iterativeMagnitudePruning({ ...options, levels: 1 });
      for (let i = 0; i < 2; i++) {
        const { value } = await levels.next();
        if (value) tf.dispose([value.mask, value.params]);
      }
    });
  });
});

describe('abort', () => {
  it('between levels, while training, while loading, and from progress', async () => {
    const ways: ((abort: () => void) => Partial<IterativePruningOptions>)[] = [
      // While training: heard by train, or by the pruning once train has ended.
      (abort) => ({
        train: async (params, mask, context) => {
          if (context.level === 1) abort();
          context.signal?.throwIfAborted();
          return train(params, mask, context);
        },
      }),
      (abort) => ({
        train: async (params, mask, context) => {
          if (context.level === 1) abort();
          return train(params, mask, context);
        },
      }),
      (abort) => ({
        train: async (params, mask, context) => {
          if (context.level === 1) abort();
          if (context.level === 1) throw new Error('interrupted');
          return train(params, mask, context);
        },
      }),
      (abort) => ({
        rewind: async (level) => {
          if (level === 1) abort();
          return tf.tidy(() => ({
            ...rows({ k1: [1, 2, 3, 4], k2: [5, 6, 7, 8] }),
            bias: tf.ones([1]),
          }));
        },
      }),
      (abort) => ({
        onProgress: ({ level, stage }) => {
          if (level === 0 && stage === 'trained') abort();
        },
      }),
    ];
    for (const way of ways) {
      const controller = new AbortController();
      const seen: number[] = [];
      const error = await expectNoLeak(async () => {
        const more = { ...way(() => controller.abort()), signal: controller.signal };
        for await (const level of iterativeMagnitudePruning({ ...options, ...more })) {
          seen.push(level.level);
          tf.dispose([level.mask, level.params]);
        }
      });
      expect((error as Error).name).toBe('AbortError');
      expect(seen).toEqual([0]);
    }
  });

  it('before the first level no training begins', async () => {
    let trainings = 0;
    const counting: TrainFn = (...args) => {
      trainings++;
      return train(...args);
    };
    const error = await expectNoLeak(() => run({ train: counting, signal: AbortSignal.abort() }));
    expect((error as Error).name).toBe('AbortError');
    expect(trainings).toBe(0);
  });
});
