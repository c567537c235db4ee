import * as tf from '@tensorflow/tfjs-core';
import { matchMany, type Params, permutationSpec, weightMatch } from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { useBackend } from '../../support/backend';

await useBackend('cpu');

/** All orders of n units. */
function orders(n: number): number[][] {
  if (n === 0) return [[]];
  return orders(n - 1).flatMap((order) =>
    Array.from({ length: n }, (_, at) => [...order.slice(0, at), n - 1, ...order.slice(at)]),
  );
}

/** Networks of two hidden layers, of 3 and 3 units, in plain numbers. */
const [inputs, first, second, outputs] = [2, 3, 3, 2];
const tiny = permutationSpec({ in: 'g _', mid: 'h g', out: '_ h' });
const random = (rows: number, columns: number, seed: number) =>
  tf.randomNormal([rows, columns], 0, 1, 'float32', seed);
const network = (seed: number): Params => ({
  in: random(first, inputs, 10 * seed),
  mid: random(second, first, 10 * seed + 1),
  out: random(outputs, second, 10 * seed + 2),
});

/** max S over all permutations of all networks but the first, by trying them all. */
async function greatest(networks: readonly Params[]): Promise<number> {
  const plain = await Promise.all(
    networks.map(async (params) => ({
      in: (await params.in.array()) as number[][],
      mid: (await params.mid.array()) as number[][],
      out: (await params.out.array()) as number[][],
    })),
  );
  const moves = orders(first).flatMap((g) => orders(second).map((h) => ({ g, h })));
  const moved = plain.map((each) =>
    moves.map(({ g, h }) => [
      ...g.flatMap((unit) => each.in[unit]),
      ...h.flatMap((unit) => g.map((input) => each.mid[unit][input])),
      ...each.out.flatMap((row) => h.map((unit) => row[unit])),
    ]),
  );
  const dot = (x: number[], y: number[]) => x.reduce((sum, value, i) => sum + value * y[i], 0);
  const identity = moves.findIndex(({ g, h }) => [...g, ...h].every((u, i) => u === i % first));
  let best = Number.NEGATIVE_INFINITY;
  const choose = (chosen: number[][], objective: number): void => {
    const k = chosen.length;
    if (k === plain.length) {
      best = Math.max(best, objective);
      return;
    }
    for (const x of k === 0 ? [moved[0][identity]] : moved[k]) {
      choose([...chosen, x], objective + chosen.reduce((sum, y) => sum + dot(x, y), 0));
    }
  };
  choose([], 0);
  return best;
}

describe('against exhaustive search on tiny networks', () => {
  it.each(['packed', 'backend'] as const)(
    'S never exceeds the optimum, and restarts reach it in most, %s',
    async (engine) => {
      let reached = 0;
      const problems = 10;
      for (let problem = 0; problem < problems; problem++) {
        const networks = [1, 2, 3].map((k) => network(3 * problem + k));
        const best = await greatest(networks);
        const { objective } = await matchMany(tiny, networks, { restarts: 8, engine });
        expect(objective).toBeLessThan(best + 1e-4);
        if (objective > best - 1e-4) reached++;
        tf.dispose(networks);
      }
      expect(reached).toBeGreaterThanOrEqual(problems - 1);
    },
  );

  it('a star alone falls short of the optimum more often', async () => {
    let [star, joint] = [0, 0];
    for (let problem = 0; problem < 20; problem++) {
      const networks = [1, 2, 3].map((k) => network(3 * problem + k));
      const best = await greatest(networks);
      const { history, objective } = await matchMany(tiny, networks, {
        ...{ start: 'star', seed: problem },
      });
      if (history[0] > best - 1e-4) star++;
      if (objective > best - 1e-4) joint++;
      tf.dispose(networks);
    }
    expect(joint).toBeGreaterThan(star);
  });
});

/*
 * Units are rows: A = (1,0),(0,0); B = (1,2),(0,0); C = (1,−2),(0,0). Each alone is best matched to A by the
 * identity, S = ⟨A,B⟩ + ⟨A,C⟩ + ⟨B,C⟩ = 1 + 1 − 3 = −1. B against A + C = (2,−2),(0,0) has the gram
 * [[−2, 0], [0, 0]]: the units of B are swapped, S = 0 + 1 + 0 = 1, which is optimal.
 */
describe('where the star is no fixed point', () => {
  const rows = permutationSpec({ w: 'h _' });
  const networks = [
    [1, 0],
    [1, 2],
    [1, -2],
  ].map((row): Params => ({ w: tf.tensor2d([row, [0, 0]]) }));

  it.each(['packed', 'backend'] as const)('the ascent goes on from it, %s', async (engine) => {
    const found = await matchMany(rows, networks, { engine, order: 'forward', start: 'star' });
    expect(found.history[0]).toBe(-1);
    expect(found.objective).toBe(1);
    expect(found.history.at(-1)).toBe(1);
    expect(found.converged).toBe(true);
    for (const k of [1, 2]) {
      const { permutations } = await weightMatch(rows, networks[0], networks[k]);
      expect(permutations).toEqual({ h: Int32Array.of(0, 1) });
    }
  });
});
