import * as tf from '@tensorflow/tfjs-core';
import { type Params, permutationSpec, randomPermutations, weightMatch } from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { addProducts } from '../../../src/matching/products/addProducts';
import { allPanels } from '../../../src/matching/products/allPanels';
import { keptPanels } from '../../../src/matching/products/keptPanels';
import { keptTermProducts } from '../../../src/matching/products/keptTermProducts';
import { matrixPool } from '../../../src/matching/products/matrixPool';
import { packedProducts } from '../../../src/matching/products/packedProducts';
import { PANEL } from '../../../src/matching/products/packPanels';
import { tensorNorms } from '../../../src/matching/products/tensorNorms';
import { tensorWeights } from '../../../src/matching/products/tensorWeights';
import { type UnitRows, unitRows } from '../../../src/matching/products/unitRows';
import { placeSets } from '../../../src/matching/weights/placeSets';
import { cosineTerms, linearTerms } from '../../../src/matching/weights/similarityKernel';
import { resolveSpec } from '../../../src/symmetry/resolveSpec';
import { useBackend } from '../../support/backend';

await useBackend('cpu');

const patterns = {
  in: 'g _ 3 3',
  mid: 'h g 3 3',
  flat: '(h 2) k',
  out: '_ k',
  bias: 'h',
  last: '_',
};
const shapes = {
  in: [9, 2, 3, 3],
  mid: [11, 9, 3, 3],
  flat: [22, 6],
  out: [4, 6],
  bias: [11],
  last: [4],
};
const spec = permutationSpec(patterns);

function network(seed: number): Params {
  return Object.fromEntries(
    Object.entries(shapes).map(([name, shape], i) => [
      name,
      tf.randomNormal(shape, 0, 1, 'float32', 100 * seed + i),
    ]),
  );
}

/** The terms of two networks, and a function that makes their engine. */
async function setUp(kernel: 'linear' | 'cosine') {
  const [a, b] = [network(1), network(2)];
  const names = Object.keys(shapes);
  const { places } = resolveSpec(spec, a);
  const terms =
    kernel === 'linear'
      ? linearTerms(names, places)
      : await cosineTerms(names, places, tensorNorms(a, b));
  return { a, terms, engine: () => packedProducts(tensorWeights(a, b, names), terms) };
}

describe('what an engine keeps has the bits of what it computes', () => {
  it.each(['linear', 'cosine'] as const)('sums and inner products, %s', async (kernel) => {
    const { a, terms, engine } = await setUp(kernel);
    const used = engine();
    const starts = [1, 2, 3].map((seed) => randomPermutations(spec, a, { seed }));
    // Another permutation of one group, then the first permutations again.
    const visited = [...starts, { ...starts[2], g: starts[0].g }, starts[1], starts[0]];
    for (const permutations of visited) {
      const fresh = engine();
      expect(await used.innerProducts(terms, permutations)).toEqual(
        await fresh.innerProducts(terms, permutations),
      );
      for (const group of ['g', 'h', 'k']) {
        for (const { places } of placeSets(terms, group)) {
          expect(await used.sum(places, permutations)).toEqual(
            await engine().sum(places, permutations),
          );
        }
      }
    }
  });

  it('parts that are kept, whatever is disposed before and after them', async () => {
    const { a, terms, engine } = await setUp('linear');
    const [p, q] = [1, 2].map((seed) => randomPermutations(spec, a, { seed }));
    const [constant, dynamic] = placeSets(terms, 'h');
    const used = engine();
    const first = await used.sum(dynamic.places, p);
    used.dispose(first);
    const [again, other, copy] = [
      await used.sum(dynamic.places, q),
      await used.sum(constant.places, q),
      used.copy(first),
    ];
    expect(again).toBe(first); // The memory is used again.
    expect(new Set([again, other, copy].map(({ buffer }) => buffer)).size).toBe(3);
    expect(again).toEqual(await engine().sum(dynamic.places, q));
    expect(other).toEqual(await engine().sum(constant.places, q));
    expect(copy).toEqual(again);
  });

  it('matches of several pairs with one spec in turn are those with a spec of their own', async () => {
    const networks = [1, 2, 3].map(network);
    const pairs = [
      [0, 1],
      [0, 2],
      [2, 1],
      [0, 1],
    ];
    for (const [first, second] of pairs) {
      const match = (own: typeof spec) =>
        weightMatch(own, networks[first], networks[second], { restarts: 2 });
      expect(await match(spec)).toEqual(await match(permutationSpec(patterns)));
    }
  });
});

/** Its panels as a left factor. */
const panelsOf = (rows: UnitRows) =>
  allPanels(rows, PANEL.left, (length) => new Float32Array(length));

describe('keptPanels', () => {
  const rowsOf = (units: number): UnitRows =>
    unitRows(
      {
        values: Float32Array.from({ length: 4 * units }, (_, i) => Math.sin(i)),
        shape: [units, 4],
        indices: [null, null],
        scaling: null,
      },
      placeOf(units),
    );
  const placeOf = (units: number) =>
    resolveSpec(permutationSpec({ w: 'g _' }), { w: tf.zeros([units, 4]) }).places[0];
  const appearanceOf = (units: number) => {
    const place = placeOf(units);
    return { place, term: { param: 'w', places: [place], scaling: null } };
  };

  it('packs a place once, at the second use, as long as there is room', async () => {
    const keep = keptPanels(8 * (5 + 3) * 4);
    const [first, second] = [appearanceOf(5), appearanceOf(5)];
    for (const each of [first, second]) {
      expect(await keep(each, async () => rowsOf(5))).toEqual(rowsOf(5));
    }
    const rows = await keep(first, async () => rowsOf(5));
    expect(rows).toEqual({ ...rowsOf(5), panels: panelsOf(rowsOf(5)) });
    expect(keep(first, () => expect.unreachable())).toBe(rows);
    expect(await keep(second, async () => rowsOf(5))).toEqual(rowsOf(5));
  });

  it('leaves wide layers alone: there, packing is a small part of a product', async () => {
    const keep = keptPanels(2 ** 24);
    for (const [units, isKept] of [
      [255, true],
      [256, false],
    ] as const) {
      const appearance = appearanceOf(units);
      await keep(appearance, async () => rowsOf(units));
      const rows = await keep(appearance, async () => rowsOf(units));
      expect(rows.panels !== undefined).toBe(isKept);
    }
  });

  it('gives panels whose products have the same bits', () => {
    const [left, right] = [13, 7].map((units) =>
      unitRows(
        {
          values: Float32Array.from({ length: 600 * units }, (_, i) => Math.sin(i)),
          shape: [units, 600],
          indices: [null, null],
          scaling: null,
        },
        placeOf(units),
      ),
    );
    const [packed, kept] = [new Float32Array(91), new Float32Array(91)];
    addProducts(packed, [{ left, right, minus: null }]);
    addProducts(kept, [{ left: { ...left, panels: panelsOf(left) }, right, minus: null }]);
    expect(kept).toEqual(packed);
    expect(packed.some((value) => value !== 0)).toBe(true);
  });
});

describe('matrixPool', () => {
  it('gives zeros, in memory that was given back if it has the size', () => {
    const pool = matrixPool((length) => new Float32Array(length));
    const [first, second] = [pool.take(4).fill(1), pool.take(4).fill(2)];
    pool.give(first);
    const again = pool.take(4);
    expect(again).toBe(first);
    expect(Array.from(again)).toEqual([0, 0, 0, 0]);
    expect(pool.take(4)).not.toBe(second);
    expect(Array.from(second)).toEqual([2, 2, 2, 2]);
  });

  it('drops as much as it allocates, the first given first', () => {
    const pool = matrixPool((length) => new Float32Array(length));
    const [first, second, third] = [4, 4, 4].map(pool.take);
    for (const each of [first, second, third]) pool.give(each);
    pool.take(5);
    expect(pool.take(4)).toBe(third);
    expect(pool.take(4)).not.toBe(first);
  });

  it('is one for each allocator', () => {
    const [own, other] = [1, 2].map(() => (length: number) => new Float32Array(length));
    expect(matrixPool(own)).toBe(matrixPool(own));
    expect(matrixPool(own)).not.toBe(matrixPool(other));
  });
});

describe('keptTermProducts', () => {
  it('computes a term again only for permutations that it has not had in the last two calls', async () => {
    const { a, terms } = await setUp('linear');
    const term = terms.find(({ param }) => param === 'mid')!;
    const computed: unknown[] = [];
    const product = keptTermProducts(async (_, { g }) => {
      computed.push(g);
      return computed.length;
    });
    const [p, q, r] = [1, 2, 3].map((seed) => randomPermutations(spec, a, { seed }));
    const elsewhere = { ...p, k: q.k, g: p.g.slice() }; // k is not on the term, and g is equal.
    for (const [permutations, value] of [
      [p, 1],
      [q, 2],
      [elsewhere, 1],
      [r, 3],
      [p, 1],
      [q, 4],
    ] as const) {
      expect(await product(term, permutations)).toBe(value);
    }
  });
});
