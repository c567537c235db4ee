import * as tf from '@tensorflow/tfjs-core';
import {
  type BarrierOptions,
  barrier,
  InvalidInputError,
  type Params,
  simplexBarrier,
} from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { useBackend } from '../support/backend';
import { expectNoLeak } from '../support/invariants';

await useBackend('cpu');

/** A network of one weight, and a loss that is a function of it. */
const point = (value: number): Params => ({ w: tf.scalar(value) });
const lossOf =
  (loss: (w: number) => number) =>
  async ({ w }: Params) => ({ loss: loss((await w.data())[0]) });

describe('barrier', () => {
  it('is the curve less the line between the ends: L(w) = w(2 − w) + 3w from 0 to 2', async () => {
    // values at w = 0, 0.5, 1, 1.5, 2: 0, 2.25, 4, 5.25, 6; the line is 3w; above it: 0, .75, 1, .75, 0
    const report = await barrier(
      point(0),
      point(2),
      lossOf((w) => w * (2 - w) + 3 * w),
      { points: 5 },
    );
    expect(report).toEqual({
      alphas: [0, 0.25, 0.5, 0.75, 1],
      loss: { values: [0, 2.25, 4, 5.25, 6], barrier: [0, 0.75, 1, 0.75, 0], max: 1, argmax: 0.5 },
    });
  });

  it("baseline 'mean' subtracts the mean of the ends", async () => {
    // mean of the ends: 3
    const report = await barrier(
      point(0),
      point(2),
      lossOf((w) => w * (2 - w) + 3 * w),
      { points: 5, baseline: 'mean' },
    );
    expect(report.loss.barrier).toEqual([-3, -0.75, 1, 2.25, 3]);
    expect(report.loss).toMatchObject({ max: 3, argmax: 1 });
  });

  it('has 25 points unless told, 0 and 1 among them; a convex loss has no barrier', async () => {
    const report = await barrier(
      point(-1),
      point(1),
      lossOf((w) => w * w),
    );
    expect(report.alphas).toHaveLength(25);
    expect([report.alphas[0], report.alphas[12], report.alphas[24]]).toEqual([0, 0.5, 1]);
    expect(report.loss.max).toBe(0);
  });

  it('reports every metric under its name, as plain data', async () => {
    const report = await barrier(point(0), point(1), async () => ({ loss: 1, error: 0.5 }), {
      points: 2,
    });
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
    expect(Object.keys(report)).toEqual(['alphas', 'loss', 'error']);
  });

  it('takes integers from A', async () => {
    const a = { w: tf.scalar(0), n: tf.scalar(3, 'int32') };
    const b = { w: tf.scalar(1), n: tf.scalar(9, 'int32') };
    const report = await barrier(a, b, async ({ n }) => ({ n: (await n.data())[0] }), {
      points: 3,
    });
    expect(report.n.values).toEqual([3, 3, 3]);
  });

  it('tells how far it is, can be aborted at any point, and leaks nothing', async () => {
    const done: number[] = [];
    const evaluate = lossOf((w) => w);
    const [a, b] = [point(0), point(1)];
    await expectNoLeak(() =>
      barrier(a, b, evaluate, { points: 4, onProgress: (p) => done.push(p.done / p.total) }),
    );
    expect(done).toEqual([0.25, 0.5, 0.75, 1]);
    const controller = new AbortController();
    const onProgress = ({ done }: { done: number }) => {
      if (done === 2) controller.abort();
    };
    const error = await expectNoLeak(() =>
      barrier(a, b, evaluate, { onProgress, signal: controller.signal }),
    );
    expect((error as Error).name).toBe('AbortError');
    expect(a.w.isDisposed || b.w.isDisposed).toBe(false);
  });

  it('an abort that evaluate hears first stays an abort', async () => {
    const controller = new AbortController();
    const evaluate = async () => {
      controller.abort();
      throw new Error('interrupted');
    };
    const error = await expectNoLeak(() =>
      barrier(point2.a, point2.b, evaluate, { signal: controller.signal }),
    );
    expect((error as Error).name).toBe('AbortError');
  });

  const point2 = { a: point(0), b: point(1) };
  const atHalf =
    (result: unknown) =>
    async ({ w }: Params) => {
      const [value] = await w.data();
      if (value !== 0.5) return { loss: value };
      if (result instanceof Error) throw result;
      return result as { loss: number };
    };
  it.each<[string, unknown, BarrierOptions, RegExp]>([
    ['one point', {}, { points: 1 }, /points must be an integer in 2 … 100000, received 1/],
    ['half a point', {}, { points: 2.5 }, /points must be an integer in 2 … 100000, received 2\.5/],
    ['points without end', {}, { points: 3e8 }, /in 2 … 100000, received 300000000/],
    [
      'an unknown baseline',
      {},
      { baseline: 'max' as 'mean' },
      /baseline must be 'linear' or 'mean', received max/,
    ],
    [
      'an evaluate that throws midway',
      new Error('out of memory'),
      { points: 3 },
      /evaluate failed at alpha = 0\.5: out of memory/,
    ],
    [
      'NaN midway',
      { loss: Number.NaN },
      { points: 3 },
      /evaluate returned loss = NaN at alpha = 0\.5/,
    ],
    [
      'Infinity midway',
      { loss: Number.POSITIVE_INFINITY },
      { points: 3 },
      /evaluate returned loss = Infinity at alpha = 0\.5/,
    ],
    [
      'other metrics midway',
      { error: 0 },
      { points: 3 },
      /metrics \[error\] at alpha = 0\.5, \[loss\] before/,
    ],
    ['no record midway', undefined, { points: 3 }, /metrics \[\] at alpha = 0\.5/],
  ])('refuses %s, and leaks nothing', async (_, result, options, message) => {
    const error = await expectNoLeak(() => barrier(point2.a, point2.b, atHalf(result), options));
    expect(error).toBeInstanceOf(InvalidInputError);
    expect((error as Error).message).toMatch(message);
    if (result instanceof Error) expect((error as Error).cause).toBe(result);
  });

  it('refuses networks that differ, no metric, and a metric named as a field of the report', async () => {
    await expect(
      barrier(
        point(0),
        { v: tf.scalar(0) },
        lossOf((w) => w),
      ),
    ).rejects.toThrow(/b lacks parameter 'w'/);
    await expect(barrier(point(0), point(1), async () => ({}))).rejects.toThrow(
      /metrics \[\] at alpha = 0\b/,
    );
    await expect(barrier(point(0), point(1), async () => ({ alphas: 1 }))).rejects.toThrow(
      /named 'alphas'/,
    );
  });
});

describe('simplexBarrier', () => {
  it('is L(Σ wᵢθᵢ) − Σ wᵢL(θᵢ) over the grid, the corners being 0', async () => {
    // three points 0, 2, 4 and L(w) = −w²: corners 0, −4, −16, edge midpoints 1, 2, 3
    const models = [0, 2, 4].map(point);
    const report = await simplexBarrier(
      models,
      lossOf((w) => 0 - w * w),
      { resolution: 2 },
    );
    expect(report.weights).toEqual([
      [1, 0, 0],
      [0.5, 0.5, 0],
      [0.5, 0, 0.5],
      [0, 1, 0],
      [0, 0.5, 0.5],
      [0, 0, 1],
      [1 / 3, 1 / 3, 1 / 3],
    ]);
    // −1 + 2, −4 + 8, −9 + 10; the barycentre: −4 + 20/3
    expect(report.loss.barrier.slice(0, 6)).toEqual([0, 1, 4, 0, 1, 0]);
    expect(report.loss.barycentre).toBeCloseTo(8 / 3, 5);
    expect(report.loss).toMatchObject({ max: 4, argmax: [0.5, 0, 0.5] });
  });

  it('holds the barycentre once: as a grid point where it is one, else added', async () => {
    for (const [n, resolution, points] of [
      [2, 4, 5],
      [2, 3, 5],
      [3, 3, 10],
      [3, 4, 16],
      [4, 1, 5],
    ]) {
      const models = Array.from({ length: n }, (_, i) => point(i));
      const report = await simplexBarrier(
        models,
        lossOf((w) => w),
        { resolution },
      );
      expect(report.weights).toHaveLength(points);
      const barycentres = report.weights.filter((w) => w.every((value) => value === 1 / n));
      expect(barycentres).toHaveLength(1);
      expect(report.loss.barycentre).toBeCloseTo(0, 5);
    }
  });

  it('on two networks is the barrier of the line', async () => {
    const loss = lossOf((w) => Math.sin(3 * w) + w);
    const line = await barrier(point(0), point(1), loss, { points: 5 });
    const simplex = await simplexBarrier([point(0), point(1)], loss, { resolution: 4 });
    // The grid runs from the first network to the second, as alpha does.
    simplex.loss.values.forEach((value, i) => {
      expect(value).toBeCloseTo(line.loss.values[i], 5);
    });
    expect(simplex.loss.max).toBeCloseTo(line.loss.max, 5);
  });

  it('refuses one network, networks that differ, and a bad resolution; leaks nothing', async () => {
    const models = [point(0), point(1)];
    const loss = lossOf((w) => w);
    await expectNoLeak(() => simplexBarrier(models, loss));
    const messages: [() => Promise<unknown>, RegExp][] = [
      [() => simplexBarrier([models[0]], loss), /at least 2 network\(s\), received 1/],
      [
        () => simplexBarrier(models, loss, { resolution: 0 }),
        /resolution must be an integer ≥ 1, received 0/,
      ],
      [
        // A line of 10⁵ + 1 points.
        () => simplexBarrier(models, loss, { resolution: 100_000 }),
        /resolution 100000 gives a simplex of 2 networks 100001 points, more than 100000/,
      ],
      [
        // C(200 + 4, 4) = 204·203·202·201/24
        () => simplexBarrier(new Array(5).fill(models[0]), loss, { resolution: 200 }),
        /gives a simplex of 5 networks 70058751 points/,
      ],
      [() => simplexBarrier(models, loss, { resolution: 3e8 }), /resolution 300000000 gives/],
      [() => simplexBarrier([models[0], {}], loss), /models\[1\] lacks parameter 'w'/],
      [
        () => simplexBarrier(models, async () => ({ loss: Number.NaN })),
        /loss = NaN at weights \[1\.0000,0\.0000\]/,
      ],
      [() => simplexBarrier(models, async () => ({ weights: 1 })), /named 'weights'/],
    ];
    for (const [work, message] of messages) {
      const error = await expectNoLeak(work);
      expect((error as Error).message).toMatch(message);
    }
  });
});
