import * as tf from '@tensorflow/tfjs-core';
import {
  composePermutations,
  InvalidInputError,
  invertPermutations,
  type PermutationSpec,
  type Permutations,
  parseSpec,
  permute,
  randomPermutations,
} from 'perm-lmc';
import { expect, it } from 'vitest';
import { randomSource } from '../../src/runtime/randomSource';
import { useBackend } from '../support/backend';
import { mutate } from './mutate';
import { type JsonAxis, type JsonGroup, type RandomSpec, randomSpec } from './randomSpec';

await useBackend('cpu');

/** The number of random specs; `FUZZ=2000 npx vitest run test/symmetry/soundSpecs.test.ts` for the long form. */
const count = Number(process.env.FUZZ ?? 60);
const seeds = Array.from({ length: count }, (_, seed) => seed);

type Values = Record<string, number[]>;

it('random specs move every element to one place, and back, and by two permutations as by both', () => {
  for (const seed of seeds) {
    const { json, shapes } = randomSpec(randomSource(seed));
    expectAction(parseSpec(JSON.stringify(json)), shapes, seed);
  }
});

it('entries move as the permutations of their groups say, and products as those of their parents', () => {
  for (const seed of seeds) {
    const made = randomSpec(randomSource(seed));
    const spec = parseSpec(JSON.stringify(made.json));
    const params = numbered(made.shapes);
    const p = randomPermutations(spec, params, { seed });
    const moved = valuesOf(permute(spec, params, p));
    for (const [name, parameter] of Object.entries(made.json.params)) {
      if (typeof parameter === 'string') continue;
      expect(moved[name], `seed ${seed}, '${name}'`).toEqual(expectedValues(made, name, p));
    }
    tf.dispose(params);
  }
});

it('a spec that is changed at random is refused, or is one of which the same holds', () => {
  const held = seeds.flatMap((seed) => {
    const { json, shapes } = randomSpec(randomSource(seed));
    const random = randomSource(seed, 1);
    return Array.from({ length: 10 }, () => {
      const text = JSON.stringify(mutate(json, random));
      return holds(() => parseSpec(text), shapes, seed, text);
    });
  });
  expect(new Set(held)).toEqual(new Set([true, false]));
});

it('a spec that is an object is held to the same', () => {
  for (const seed of seeds) {
    const { json, shapes } = randomSpec(randomSource(seed));
    const spec = parseSpec(JSON.stringify(json));
    const random = randomSource(seed, 2);
    for (let k = 0; k < 10; k++) {
      const changed = mutate(spec, random);
      holds(() => changed, shapes, seed, JSON.stringify(changed));
    }
  }
});

/** True if a spec is accepted and moves elements as it should, false if it is refused; throws otherwise. */
function holds(
  read: () => PermutationSpec,
  shapes: RandomSpec['shapes'],
  seed: number,
  text: string,
) {
  try {
    expectAction(read(), shapes, seed);
    return true;
  } catch (error) {
    if (error instanceof InvalidInputError) return false;
    (error as Error).message += `\nseed ${seed}: ${text}`;
    throw error;
  }
}

function expectAction(spec: PermutationSpec, shapes: RandomSpec['shapes'], seed: number): void {
  tf.tidy(() => {
    const params = numbered(shapes);
    const [p, q] = [seed, seed + 1].map((each) => randomPermutations(spec, params, { seed: each }));
    const moved = permute(spec, params, p);
    const before = valuesOf(params);
    for (const [name, values] of Object.entries(valuesOf(moved))) {
      const sorted = values.toSorted((x, y) => x - y);
      expect(sorted, `seed ${seed}: the elements of '${name}'`).toEqual(before[name]);
    }
    const back = valuesOf(permute(spec, moved, invertPermutations(p)));
    expect(back, `seed ${seed}: back again`).toEqual(before);
    const twice = valuesOf(permute(spec, moved, q));
    const once = valuesOf(permute(spec, params, composePermutations(p, q)));
    expect(twice, `seed ${seed}: two in turn`).toEqual(once);
  });
}

/** Parameters with the elements 0, 1, 2 …. */
function numbered(shapes: RandomSpec['shapes']): Record<string, tf.Tensor> {
  return Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => {
      const size = shape.reduce((product, each) => product * each, 1);
      return [name, tf.reshape(tf.range(0, size, 1), [...shape])];
    }),
  );
}

const valuesOf = (params: tf.NamedTensorMap): Values =>
  Object.fromEntries(Object.entries(params).map(([name, t]) => [name, Array.from(t.dataSync())]));

/** The elements of a parameter with one axis of entries after a permutation, straight from what entries mean. */
function expectedValues({ json, shapes }: RandomSpec, name: string, p: Permutations): number[] {
  const { axes } = json.params[name] as { axes: readonly JsonAxis[] };
  const home = axes.findIndex((axis) => typeof axis === 'object' && 'entries' in axis);
  const listed = axes[home] as Exclude<JsonAxis, string | { partOf: number }>;
  const together = listed.axes ?? [home];
  const from = Array.from({ length: listed.size }, (_, position) => position);
  for (const { group, index } of listed.entries) {
    const { size } = json.groups.find((each) => each.name === group)!;
    for (let unit = 0; unit < size; unit++) {
      from[index[unit]] = index[movedUnit(json.groups, group, unit, p)];
    }
  }
  const shape = shapes[name];
  const size = shape.reduce((product, each) => product * each, 1);
  return Array.from({ length: size }, (_, element) => {
    const at = digits(element, shape);
    const own = together.map((axis) => at[axis]);
    const sizes = together.map((axis) => shape[axis]);
    digits(from[number(own, sizes)], sizes).forEach((digit, k) => {
      at[together[k]] = digit;
    });
    return number(at, shape);
  });
}

/** The unit of a group whose place a unit takes. That of a product is the tuple of the parents' units. */
function movedUnit(
  groups: readonly JsonGroup[],
  name: string,
  unit: number,
  p: Permutations,
): number {
  const { parents = [], size } = groups.find((each) => each.name === name)!;
  if (parents.length < 2) return p[name][unit];
  const maps = parents as readonly { group: string; of: readonly number[] }[];
  const tuple = maps.map(({ group, of }) => p[group][of[unit]]);
  for (let other = 0; other < size; other++) {
    if (maps.every(({ of }, k) => of[other] === tuple[k])) return other;
  }
  throw new Error(`the tuples of '${name}' are not closed`);
}

function digits(value: number, sizes: readonly number[]): number[] {
  const result: number[] = [];
  for (let k = sizes.length - 1, left = value; k >= 0; k--) {
    result.unshift(left % sizes[k]);
    left = Math.floor(left / sizes[k]);
  }
  return result;
}

const number = (at: readonly number[], sizes: readonly number[]) =>
  at.reduce((value, digit, k) => value * sizes[k] + digit, 0);
