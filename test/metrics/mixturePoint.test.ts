import * as tf from '@tensorflow/tfjs-core';
import {
  barrier,
  type Evaluate,
  InvalidInputError,
  type MixturePoint,
  type Params,
  simplexBarrier,
} from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { useBackend } from '../support/backend';
import { expectNoLeak } from '../support/invariants';

await useBackend('cpu');

const network = (value: number): Params => ({ w: tf.scalar(value) });
const [a, b] = [network(2), network(6)];

/** Σ wᵢ·θᵢ², from squares that the points share. */
function sharing(calls: { count: number }): Evaluate<'loss'> {
  return async (_, point) => {
    const { networks, weights, shared } = point!;
    const sum = tf.tidy(() => {
      const squares = networks.map(({ w }, i) =>
        shared(`square ${i}`, () => {
          calls.count++;
          return tf.square(w);
        }),
      );
      return tf.addN(squares.map((square, i) => tf.mul(square, weights[i])));
    });
    const [loss] = await sum.data();
    sum.dispose();
    return { loss };
  };
}

describe('the point that evaluate is given', () => {
  it('is the networks and their weights, in a barrier and on a simplex', async () => {
    const points: MixturePoint[] = [];
    const evaluate: Evaluate<'loss'> = async (_, point) => {
      points.push(point!);
      return { loss: 0 };
    };
    await barrier(a, b, evaluate, { points: 3 });
    expect(points.map(({ weights }) => weights)).toEqual([
      [1, 0],
      [0.5, 0.5],
      [0, 1],
    ]);
    const models = [a, b, a];
    const { weights } = await simplexBarrier(models, evaluate, { resolution: 1 });
    expect(points.slice(3).map((point) => point.weights)).toEqual(weights);
    for (const { networks } of points.slice(0, 3)) expect(networks).toEqual([a, b]);
    for (const { networks } of points.slice(3)) expect(networks).toEqual(models);
  });

  it('shares a tensor by its key with all later points: θ = 2 and 6, so 4 + 32·α', async () => {
    const calls = { count: 0 };
    const work = () => barrier(a, b, sharing(calls), { points: 5 });
    const curve = await expectNoLeak(work);
    expect(curve).toMatchObject({ loss: { values: [4, 12, 20, 28, 36] } });
    expect(calls.count).toBe(2);
    await work();
    expect(calls.count).toBe(4); // Another barrier shares nothing with it.
  });

  it('shares on a simplex, too', async () => {
    const calls = { count: 0 };
    const surface = await expectNoLeak(() => simplexBarrier([a, b, network(0)], sharing(calls)), 1);
    expect(surface).toMatchObject({ loss: { max: 0 } });
    expect(calls.count).toBe(3);
  });

  it('shares what is made of what is shared, and disposes no tensor that make was not the maker of', async () => {
    const evaluate: Evaluate<'loss'> = async (_, point) => {
      const own = point!.shared('own', () => a.w);
      const twice = point!.shared('twice', () =>
        tf.add(
          own,
          point!.shared('again', () => a.w),
        ),
      );
      return { loss: (await twice.data())[0] };
    };
    const curve = await expectNoLeak(() => barrier(a, b, evaluate, { points: 2 }));
    expect(curve).toMatchObject({ loss: { values: [4, 4] } });
    expect(a.w.isDisposed).toBe(false);
  });

  it('disposes what is shared when evaluate throws, returns NaN, or make throws', async () => {
    const share = (point: MixturePoint | undefined) =>
      point!.shared('square', () => tf.square(point!.networks[1].w));
    const failures: [Evaluate, RegExp][] = [
      [
        async (_, point) => {
          share(point);
          throw new Error('later');
        },
        /evaluate failed at alpha = 0: later/,
      ],
      [
        async (_, point) => ({ loss: share(point).size * Number.NaN }),
        /evaluate returned loss = NaN/,
      ],
      [
        async (_, point) => {
          point!.shared('throws', () => {
            share(point);
            tf.square(a.w);
            throw new Error('made nothing');
          });
          return { loss: 0 };
        },
        /evaluate failed at alpha = 0: made nothing/,
      ],
    ];
    for (const [evaluate, message] of failures) {
      const error = await expectNoLeak(() => barrier(a, b, evaluate));
      expect(error).toBeInstanceOf(InvalidInputError);
      expect((error as Error).message).toMatch(message);
    }
  });

  it('refuses what is no tensor, and any use after the barrier has ended', async () => {
    const promise = (async () => tf.scalar(0)) as unknown as () => tf.Tensor;
    const evaluate: Evaluate = async (_, point) => ({ loss: point!.shared('p', promise).size });
    await expect(barrier(a, b, evaluate)).rejects.toThrow(
      /point\.shared: make must return a tensor for 'p', received Promise/,
    );
    let kept: MixturePoint | undefined;
    await barrier(a, b, async (_, point) => {
      kept = point;
      return { loss: 0 };
    });
    const error = await expectNoLeak(() => kept!.shared('late', () => tf.scalar(0)));
    expect((error as Error).message).toMatch(
      /point\.shared: the tensor 'late' was requested after the barrier had ended/,
    );
  });

  it('is optional: an evaluator of params alone stays one', async () => {
    const evaluate = async ({ w }: Params) => ({ loss: (await w.data())[0], error: 1 });
    const typed: Evaluate<'loss' | 'error'> = evaluate;
    const curve = await barrier(a, b, evaluate, { points: 3 });
    expect(curve.loss.values).toEqual((await barrier(a, b, typed, { points: 3 })).loss.values);
    expect(await typed(a)).toEqual({ loss: 2, error: 1 });
  });
});
