import * as tf from '@tensorflow/tfjs-core';
import { InvalidInputError, type LossPlaneOptions, lossPlane, type Params } from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { useBackend } from '../support/backend';
import { expectNoLeak } from '../support/invariants';
import { randomTensor } from '../support/randomTensor';

await useBackend('cpu');

const point = (...w: number[]): Params => ({ w: tf.tensor1d(w), n: tf.scalar(3, 'int32') });
/** Reads coordinates as metrics, so that the report tells where it has measured. */
const coordinates = async ({ w }: Params) => {
  const [x, y, z] = await w.data();
  return { x, y, z };
};

describe('lossPlane', () => {
  it('lies A at the origin, B on the axis of x, C above it, and measures an even grid', async () => {
    // B − A = (0, 4, 0), C − A = (3, 1, 0): x along the second coordinate, y along the first.
    const [a, b, c] = [point(1, 1, 5), point(1, 5, 5), point(4, 2, 5)];
    const plane = await lossPlane(a, b, c, coordinates, { points: 3, margin: 0.5 });
    expect(plane.networks).toEqual([
      [0, 0],
      [4, 0],
      [1, 3],
    ]);
    expect(plane.xs).toEqual([-2, 2, 6]);
    expect(plane.ys).toEqual([-1.5, 1.5, 4.5]);
    // The point (x, y) is (1 + y, 1 + x, 5).
    plane.ys.forEach((y, row) => {
      plane.xs.forEach((x, column) => {
        expect(plane.x.values[row][column]).toBeCloseTo(1 + y, 5);
        expect(plane.y.values[row][column]).toBeCloseTo(1 + x, 5);
        expect(plane.z.values[row][column]).toBeCloseTo(5, 5);
      });
    });
    expect(plane.x.networks).toEqual([1, 1, 4]);
    expect(plane.y.networks).toEqual([1, 5, 2]);
    expect(JSON.parse(JSON.stringify(plane))).toEqual(plane);
  });

  it('keeps distances in parameter space, over all parameters', async () => {
    const network = (seed: number): Params => ({
      u: randomTensor([3, 4], seed),
      v: randomTensor([5], seed + 10),
    });
    const values = async ({ u, v }: Params) => [...(await u.data()), ...(await v.data())];
    const networks = [1, 2, 3].map(network);
    const seen: number[][] = [];
    const plane = await lossPlane(
      networks[0],
      networks[1],
      networks[2],
      async (params) => {
        seen.push(await values(params));
        return { loss: 0 };
      },
      { points: 3 },
    );
    const places = [...plane.networks, ...plane.ys.flatMap((y) => plane.xs.map((x) => [x, y]))];
    const distance = (p: readonly number[], q: readonly number[]) =>
      Math.hypot(...p.map((each, i) => each - q[i]));
    for (const i of places.keys()) {
      for (const j of places.keys()) {
        expect(distance(places[i], places[j])).toBeCloseTo(distance(seen[i], seen[j]), 4);
      }
    }
    expect(plane.xs[0]).toBeLessThan(Math.min(...plane.networks.map(([x]) => x)));
    expect(plane.xs[2]).toBeGreaterThan(Math.max(...plane.networks.map(([x]) => x)));
    for (const [i, each] of networks.entries()) expect(seen[i]).toEqual(await values(each));
  });

  it('has 21 × 21 points unless told, tells of each, leaks nothing and can be aborted', async () => {
    const [a, b, c] = [point(0, 0, 0), point(1, 0, 0), point(0, 1, 0)];
    const done: number[] = [];
    const plane = await lossPlane(a, b, c, coordinates, {
      onProgress: (progress) => done.push(progress.done / progress.total),
    });
    expect([plane.xs.length, plane.ys.length, done.length]).toEqual([21, 21, 444]);
    expect(done.at(-1)).toBe(1);
    await expectNoLeak(() => lossPlane(a, b, c, coordinates, { points: 2 }));
    for (const stop of [1, 5]) {
      const controller = new AbortController();
      let calls = 0;
      const evaluate = (params: Params) => {
        if (++calls === stop) controller.abort();
        return coordinates(params);
      };
      const { signal } = controller;
      const error = await expectNoLeak(() => lossPlane(a, b, c, evaluate, { signal }));
      expect(error).toMatchObject({ name: 'AbortError' });
      expect(calls).toBe(stop);
    }
  });
});

describe('lossPlane refuses', () => {
  const a = point(0.1, 0.7, 0.3);
  const b = point(0.3, 0.1, 0.9);
  /** On the line through a and b, as well as float32 can say. */
  const onLine = point(0.1 + 0.37 * 0.2, 0.7 - 0.37 * 0.6, 0.3 + 0.37 * 0.6);
  const cases: [string, Params[], LossPlaneOptions, RegExp][] = [
    ['the same network as a and b', [a, a, b], {}, /no plane: a and b are the same/],
    ['the same network as a and c', [a, b, a], {}, /no plane: a and c are the same/],
    ['the same network as b and c', [a, b, b], {}, /no plane: all three lie on a line/],
    ['networks on a line', [a, b, onLine], {}, /no plane: all three lie on a line/],
    ['networks on a line, far out', [a, onLine, b], {}, /no plane: all three lie on a line/],
    ['networks that differ', [a, b, { w: b.w }], {}, /lossPlane: .* lacks parameter 'n'/],
    ['one point', [a, b, point(0, 0, 0)], { points: 1 }, /points must be an integer in 2 …/],
    ['too many points', [a, b, point(0, 0, 0)], { points: 3e8 }, /in 2 … 500, received 300000000/],
    [
      'a margin without end',
      [a, b, point(0, 0, 0)],
      { margin: 1e308 },
      /in 0 … 1000, received 1e\+308/,
    ],
    [
      'a negative margin',
      [a, b, point(0, 0, 0)],
      { margin: -1 },
      /margin must be a number in 0 … 1000/,
    ],
  ];
  it.each(cases)('%s', async (_, [p, q, r], options, message) => {
    const error = await expectNoLeak(() => lossPlane(p, q, r, coordinates, options));
    expect(error).toBeInstanceOf(InvalidInputError);
    expect((error as Error).message).toMatch(message);
  });

  it('an evaluate that fails, by the place', async () => {
    const evaluate = async ({ w }: Params) => ({ loss: Math.sqrt((await w.data())[0]) });
    const networks = [point(0, 0, 0), point(1, 0, 0), point(0, 1, 0)] as const;
    const error = await expectNoLeak(() => lossPlane(...networks, evaluate));
    expect((error as Error).message).toMatch(/loss = NaN at \(x, y\) = \(-0.25/);
  });
});
