import * as tf from '@tensorflow/tfjs-core';
import {
  applyMask,
  geometric,
  InvalidInputError,
  type IterativePruningOptions,
  iterativeMagnitudePruning,
  magnitudeMask,
  oneShot,
  type Params,
  type PruningLevel,
  parseSafetensors,
  permute,
  randomPermutations,
  serializeSafetensors,
  type TrainFn,
  transportMask,
} from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { useBackend } from '../support/backend';
import { expectNoLeak, expectSameParams } from '../support/invariants';
import { randomParams, testNetworks } from '../support/networks';
import { rows, valuesOf } from './masks';

await useBackend('cpu');

const target = rows({ k1: [5, -1, 3, 0.5], k2: [2, -4, 1, 1] });

/** Half of the way to the target, under the mask: w ↦ m·(w + t)/2. */
const train: TrainFn = async (params, mask) =>
  tf.tidy(() => {
    const moved = Object.keys(target).map((name) => [
      name,
      tf.mul(tf.add(params[name], target[name]), 0.5),
    ]);
    return applyMask({ ...params, ...Object.fromEntries(moved) }, mask);
  });

const rewind: Params = {
  ...rows({ k1: [1, 1, -1, 0.5], k2: [0, 2, 1, -3] }),
  bias: tf.tensor1d([7]),
};
const options: IterativePruningOptions = { train, rewind, schedule: geometric(0.5), levels: 2 };

interface Plain {
  level: number;
  density: number;
  mask: Record<string, number[]>;
  params: Record<string, number[]>;
}

/** All levels as numbers; every one is disposed as soon as it is read. */
async function plainLevels(levels: AsyncIterable<PruningLevel>): Promise<Plain[]> {
  const plain: Plain[] = [];
  for await (const { level, density, mask, params } of levels) {
    // Whatever order train or a file has them in.
    expect(Object.keys(params)).toEqual(Object.keys(mask));
    if (Object.hasOwn(params, 'k2')) expect(Object.keys(params)).toEqual(Object.keys(rewind));
    plain.push({ level, density, mask: await valuesOf(mask), params: await valuesOf(params) });
    tf.dispose([mask, params]);
  }
  return plain;
}

const run = (more: Partial<IterativePruningOptions> = {}) =>
  plainLevels(iterativeMagnitudePruning({ ...options, ...more }));

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
      onProgress: ({ level, levels, stage, density }) =>
        heard.push(`${level}/${levels} ${stage} ${density}`),
    });
    expect(heard).toEqual([
      '0/1 training 1',
      '0/1 trained 1',
      '1/1 training 0.5',
      '1/1 trained 0.5',
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

describe('resuming', () => {
  it('after any level gives what an uninterrupted run does, from files in another order, too', async () => {
    const whole = await run({ levels: 3 });
    for (const scope of ['global', 'layer'] as const) {
      const expected = scope === 'global' ? whole : await run({ levels: 3, scope });
      for (const last of [0, 1, 2, 3]) {
        const saved = expected[last];
        const reload = async (values: Record<string, number[]>) => {
          const params = {
            bias: tf.tensor1d(values.bias),
            ...rows({ k2: values.k2, k1: values.k1 }),
          };
          const file = await serializeSafetensors(params);
          tf.dispose(params);
          return parseSafetensors(file).params;
        };
        const resume = {
          level: last,
          mask: await reload(saved.mask),
          params: await reload(saved.params),
        };
        const rest = await expectNoLeak(() => run({ levels: 3, scope, resume }));
        expect(rest).toEqual(expected.slice(last + 1));
        for (const tensor of [resume.mask, resume.params].flatMap(Object.values))
          expect(tensor.isDisposed).toBe(false);
      }
    }
  });

  it('a dense network that is trained already is level 0', async () => {
    const [{ params }, ...rest] = await run();
    const dense = { ...rows({ k1: params.k1, k2: params.k2 }), bias: tf.tensor1d(params.bias) };
    const mask = await magnitudeMask(dense, { count: 0 });
    expect(await run({ resume: { level: 0, mask, params: dense } })).toEqual(rest);
  });

  const bias = () => tf.tensor1d([7]);
  const dense: Params = { ...rows({ k1: [3, 0, 1, 0.5], k2: [1, -1, 1, -1] }), bias: bias() };
  const half = { ...rows({ k1: [1, 0, 0, 0], k2: [0, 1, 1, 1] }), bias: tf.ones([1]) };
  const sparse = applyMask(dense, half);
  it.each<[string, Partial<IterativePruningOptions>, RegExp]>([
    [
      'a level beyond the last',
      { resume: { level: 3, mask: half, params: sparse } },
      /resume\.level must be an integer in 0 … 2, received 3/,
    ],
    [
      'another level',
      { resume: { level: 0, mask: half, params: sparse } },
      /resume\.mask prunes 4 weights, but at level 0 the schedule prunes 0/,
    ],
    [
      'another scope',
      { scope: 'layer', resume: { level: 1, mask: half, params: sparse } },
      /resume\.mask prunes 3 weights of 'k1', but at level 1 the schedule prunes 2/,
    ],
    [
      'a mask that is not held',
      { resume: { level: 1, mask: half, params: dense } },
      /resume\.params has 2 pruned weight\(s\) of 'k1' that are not 0: the first is 1 at flat index 2/,
    ],
    [
      'a mask of other values',
      { resume: { level: 1, mask: dense, params: dense } },
      /parameter 'k1' of resume\.mask holds 3/,
    ],
    [
      'a mask of other shapes',
      { resume: { level: 1, mask: { ...half, k1: half.bias }, params: sparse } },
      /'k1' differs in rank: shape \[1,4\] in params, \[1\] in resume\.mask/,
    ],
    [
      'a network of other names',
      { resume: { level: 1, mask: half, params: { k1: dense.k1 } } },
      /resume\.params lacks parameter 'k2', which rewind has/,
    ],
    [
      'a mask that prunes biases',
      { resume: { level: 1, mask: { ...half, bias: tf.zeros([1]) }, params: sparse } },
      /the mask prunes 1 weight\(s\) of 'bias'/,
    ],
  ])('refuses %s', async (_, more, message) => {
    const error = await expectNoLeak(() => run(more));
    expect(error).toBeInstanceOf(InvalidInputError);
    expect((error as Error).message).toMatch(message);
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

describe('what train may not do', () => {
  const with_ =
    (change: (trained: Params, mask: Params, level: number) => Params): TrainFn =>
    async (params, mask, context) => {
      const trained = await train(params, mask, context);
      return context.level === 1 ? change(trained, mask, context.level) : trained;
    };
  const replaced = (trained: Params, name: string, tensor: tf.Tensor) => {
    trained[name].dispose();
    return { ...trained, [name]: tensor };
  };
  it.each<[string, TrainFn, RegExp]>([
    [
      'revive pruned weights',
      with_((trained) => replaced(trained, 'k1', tf.tensor2d([[1, 0.25, 0, -1]]))),
      /train revived 2 pruned weight\(s\) of 'k1' at level 1: the first is 0\.25 at flat index 1 of shape \[1,4\].*applyMask/,
    ],
    [
      'make them NaN',
      with_((trained) => replaced(trained, 'k2', tf.tensor2d([[Number.NaN, 1, 1, 1]]))),
      /train revived 1 pruned weight\(s\) of 'k2' at level 1: the first is NaN/,
    ],
    [
      'diverge',
      with_((trained) =>
        replaced(trained, 'k2', tf.tensor2d([[0, 1, Number.POSITIVE_INFINITY, 1]])),
      ),
      /parameter 'k2', trained at level 1, holds Infinity at flat index 2/,
    ],
    [
      'change shapes',
      with_((trained) => replaced(trained, 'k1', tf.zeros([2, 2]))),
      /parameter 'k1' differs on axis 0: shape \[1,4\] in the rewind params, \[2,2\] in what train returned at level 1/,
    ],
    [
      'change dtypes',
      with_((trained) => replaced(trained, 'bias', tf.tensor1d([7], 'int32'))),
      /parameter 'bias' is float32 in the rewind params and int32 in what train returned at level 1/,
    ],
    [
      'lose a parameter',
      with_(({ bias, ...trained }) => {
        bias.dispose();
        return trained;
      }),
      /what train returned at level 1 lacks parameter 'bias'/,
    ],
    [
      'return nothing',
      with_((trained) => {
        tf.dispose(trained);
        return undefined as never;
      }),
      /what train returned at level 1 must be params, received undefined/,
    ],
    [
      'return a tensor',
      with_((trained) => {
        tf.dispose(trained);
        return rewind.bias as never;
      }),
      /what train returned at level 1 must be params, received Tensor/,
    ],
    [
      'dispose what it returns',
      with_((trained) => {
        tf.dispose(trained);
        return trained;
      }),
      /parameter 'k1' of what train returned at level 1 is disposed/,
    ],
    [
      'dispose the mask',
      with_((trained, mask) => {
        tf.dispose(mask);
        return trained;
      }),
      /train disposed the mask of 'k1' at level 1/,
    ],
    [
      'throw',
      with_((trained) => {
        tf.dispose(trained);
        throw new Error('out of memory');
      }),
      /train failed at level 1: out of memory\. See the cause/,
    ],
  ])('%s', async (_, faulty, message) => {
    const error = await expectNoLeak(() => run({ train: faulty }));
    expect(error).toBeInstanceOf(InvalidInputError);
    expect((error as Error).message).toMatch(/^iterativeMagnitudePruning: /);
    expect((error as Error).message).toMatch(message);
  });

  it('rewind may not, either', async () => {
    const cases: [IterativePruningOptions['rewind'], RegExp][] = [
      [() => Promise.reject(new Error('no such file')), /rewind failed at level 0: no such file/],
      [() => ({ k1: tf.zeros([3]) }), /none of the parameters \[k1\] is prunable/],
      [
        (level) => ({ k1: tf.zeros([2, level + 1]) }),
        /'k1' differs on axis 1: shape \[2,1\] in the level before, \[2,2\] in what rewind returned at level 1/,
      ],
      [
        () => undefined as never,
        /what rewind returned at level 0 must be params, received undefined/,
      ],
    ];
    for (const [faulty, message] of cases) {
      const error = await expectNoLeak(() =>
        run({ rewind: faulty, train: async (params) => params }),
      );
      expect((error as Error).message).toMatch(message);
    }
    const same = { k: tf.ones([2, 2]) };
    await expect(run({ rewind: () => same, train: async (params) => params })).rejects.toThrow(
      /parameter 'k' of what rewind returned at level 1 is disposed/,
    );
  });
});

describe('before any training refuses', () => {
  it.each<[string, Partial<IterativePruningOptions>, RegExp]>([
    ['no train', { train: undefined as never }, /train must be a function, received undefined/],
    [
      'a sparsity for a schedule',
      { schedule: 0.5 as never },
      /schedule must be a function, received a number/,
    ],
    ['half a level', { levels: 1.5 }, /levels must be an integer ≥ 0, received 1\.5/],
    ['endless levels', { levels: Number.POSITIVE_INFINITY }, /received Infinity/],
    [
      'a schedule that reaches 1',
      { schedule: (level) => level },
      /the schedule's sparsity at level 1 must be in \[0, 1\), received 1/,
    ],
    [
      'a schedule of NaN',
      { schedule: () => Number.NaN },
      /at level 0 must be in \[0, 1\), received NaN/,
    ],
    [
      'a schedule that falls',
      { schedule: (level) => [0, 0.5, 0.4][level] },
      /the schedule's sparsity falls from 0\.5 to 0\.4 at level 2/,
    ],
    [
      'a schedule that prunes before training',
      { schedule: () => 0.5 },
      /the schedule's sparsity at level 0 is 0\.5.*Level 0 is the dense network/,
    ],
    ['another scope', { scope: 'all' as 'layer' }, /scope must be 'global' or 'layer'/],
    ['no filter', { prunable: 'k1' as never }, /prunable must be a function, received a string/],
    [
      'nothing to prune',
      { prunable: () => false },
      /none of the parameters \[k1,k2,bias\] is prunable/,
    ],
    ['no rewind', { rewind: undefined as never }, /rewind must be params, received undefined/],
    [
      'a start of other names',
      { start: { k1: rewind.k1 } },
      /start lacks parameter 'k2', which rewind has/,
    ],
  ])('%s', async (_, more, message) => {
    const work = () => iterativeMagnitudePruning({ ...options, ...more });
    expect(work).toThrow(InvalidInputError);
    expect(work).toThrow(message);
    await expectNoLeak(() => run(more));
  });
});
