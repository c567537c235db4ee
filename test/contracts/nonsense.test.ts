import * as library from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { useBackend } from '../support/backend';
import { nonsense, publicFunctions } from './publicFunctions';

await useBackend('cpu');

type Called = (...args: unknown[]) => unknown;
const exported = library as unknown as Readonly<Record<string, Called>>;
const table = await publicFunctions();

/** Predicates: true for these arguments, false for nonsense in place of any of them. */
const predicates: Record<string, readonly unknown[]> = {
  isPermutation: [Int32Array.of(1, 0)],
  isPrunable: ['kernel', (table.permute[1].valid as library.Params)['d1/kernel']],
  isTrainable: ['kernel'],
};
/** Nonsense that is a name, or a permutation of no units. */
const allowed: Record<string, readonly string[]> = {
  isPermutation: ['[]'],
  isPrunable: ["'5'", "'nonsense'"],
  isTrainable: ["'5'", "'nonsense'"],
};
const errors = ['InvalidInputError', 'LostDeviceError'];

it('the table has every public function', () => {
  const named = [...Object.keys(table), ...Object.keys(predicates), ...errors];
  expect(named.sort()).toEqual(Object.keys(library).sort());
});

describe.each(Object.entries(table))('%s', (name, args) => {
  const called = exported[name];

  it.each(args.map((argument, at) => [at, argument] as const))(
    'refuses nonsense in place of argument %i',
    async (at, { allows }) => {
      for (const [written, value] of Object.entries(nonsense)) {
        if (allows.includes(written)) continue;
        const given = args.map(({ valid }, i) => (i === at ? value : valid));
        const refused = { name: 'InvalidInputError', fn: name };
        await expect(
          (async () => called(...given))(),
          `${written} as argument ${at}`,
        ).rejects.toThrow(expect.objectContaining(refused));
      }
    },
  );
});

/** Options that no table of kinds covers, with the nonsense that is none for them. */
const options: readonly (readonly [name: string, option: string, ...allowed: string[]])[] = [
  ['weightMatch', 'include', 'a function'],
  ['weightMatch', 'solver', 'a function'],
  ['weightMatch', 'order', '[]', '[null]', '[5]'],
  ['matchMany', 'include', 'a function'],
  ['matchSequence', 'solver', 'a function'],
  ['sinkhornMatch', 'include', 'a function'],
  ['sinkhornMatch', 'solver', 'a function'],
  ['permutationEntropy', 'include', 'a function'],
  ['permutationEntropy', 'temperatures', '[5]'],
  ['unitSimilarity', 'include', 'a function'],
  ['unitSimilarity', 'permutations'],
  ['activationMatch', 'solver', 'a function'],
  ['straightThroughMatch', 'include', 'a function'],
  ['straightThroughMatch', 'solver', 'a function'],
  ['straightThroughMatch', 'data'],
  ['straightThroughMatch', 'validation'],
  ['straightThroughMatch', 'loss'],
  ['straightThroughMatch', 'optimizer'],
  ['straightThroughMatch', 'ratio'],
  ['straightThroughMatchMany', 'weights'],
  ['solveAssignment', 'prices'],
  ['interpolate', 'integers'],
  ['average', 'weights'],
  ['traceSpec', 'tolerance', '5', 'Infinity'],
  ['traceSpec', 'inputs', '[]'],
  ['verifySpec', 'tolerance', '5', 'Infinity'],
  ['graphModelSpec', 'outputs', '[]'],
  ['graphModelSpec', 'inputShape'],
  ['layersModelSpec', 'outputs', '[]'],
  ['layersModelSpec', 'inputShape'],
  ['resnetSpec', 'projections'],
  ['vggSpec', 'classifier', '[]'],
  ['permutationSpec', 'sizes', '{}', 'no prototype'],
  ['permutationSpec', 'joint', '{}', 'no prototype'],
  ['fold', 'sizes', '{}', 'no prototype'],
  ['fold', 'inexact', '[]'],
  ['otFusion', 'alpha'],
  ['partialMatch', 'size', '{}', 'no prototype'],
  ['partialMatch', 'include', 'a function'],
  ['widen', 'norms', '{}', 'no prototype'],
  ['zip', 'sizes', '{}', 'no prototype'],
  ['zip', 'inexact', '[]'],
  ['zip', 'stopAt'],
  ['oneShot', 'at', '5'],
];

describe('options', () => {
  it.each(options)('%s refuses nonsense as its option %s', async (name, option, ...allowed) => {
    for (const [written, value] of Object.entries(nonsense)) {
      if (value === undefined || allowed.includes(written)) continue;
      const args = table[name].map(({ valid }) => valid);
      const given = { ...(args.at(-1) as object), [option]: value };
      await expect(
        (async () => exported[name](...args.slice(0, -1), given))(),
        `${option}: ${written}`,
      ).rejects.toThrow(library.InvalidInputError);
    }
  });
});

describe.each(Object.entries(predicates))('%s', (name, args) => {
  it('is false for nonsense', () => {
    expect(exported[name](...args)).toBe(true);
    for (const at of args.keys()) {
      for (const [written, value] of Object.entries(nonsense)) {
        if (at === 0 && allowed[name].includes(written)) continue;
        const given = args.map((valid, i) => (i === at ? value : valid));
        expect(exported[name](...given), `${written} as argument ${at}`).toBe(false);
      }
    }
  });
});
