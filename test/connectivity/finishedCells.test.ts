import {
  type BarrierReport,
  type ConnectivityCell,
  InvalidInputError,
  simultaneousConnectivity,
  strongConnectivity,
  weakConnectivity,
  weightMatcher,
} from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { randomSource } from '../../src/runtime';
import { useBackend } from '../support/backend';
import { mutant } from '../support/mutants';
import { distanceTo, network, shuffled, spec } from '../support/planted';

await useBackend('cpu');

const a = network(1);
const networks = { a, b: shuffled(a, 5), c: network(2) };
const distance = distanceTo([a, networks.c]);
/** Above 1, so that no change of a value is lost in rounding. */
const evaluate: typeof distance = async (params) => {
  const { loss, error } = await distance(params);
  return { loss: 1 + loss, error: 2 + error };
};
const options = { spec, match: weightMatcher(spec), evaluate, tolerance: 1, points: 3 };
const never = () => Promise.reject(new Error('loaded'));
const lazy = { a: never, b: never, c: never };

type Cells = Record<string, ConnectivityCell>;

/** The reports on connectivity, from networks that are given or loaded and with finished cells. */
const reports: Record<string, (given: object, more: object) => Promise<unknown>> = {
  weak: (given, more) => weakConnectivity(given as typeof networks, { ...options, ...more }),
  strong: (given, more) =>
    strongConnectivity(given as typeof networks, { ...options, resolution: 2, ...more }),
  simultaneous(given, more) {
    const [first, second, third] = Object.values(given);
    return simultaneousConnectivity([first, first], [second, third], { ...options, ...more });
  },
};

/** A report, and its cells as a file has them. */
async function measured(name: string) {
  const cells: Cells = {};
  const onCell = (key: string, cell: ConnectivityCell) => {
    cells[key] = cell;
  };
  const report = await reports[name](networks, { onCell });
  return { report, cells: JSON.parse(JSON.stringify(cells)) as Cells };
}

/** A copy of a document with another value at a path. */
function changed<T>(document: T, path: readonly (string | number)[], value: unknown): T {
  const copy = JSON.parse(JSON.stringify(document));
  const holder = path.slice(0, -1).reduce((at, key) => at[key], copy);
  holder[path.at(-1)!] = value;
  return copy;
}

describe('cells that are given back', () => {
  const barrier = 'matched/a/b';
  it.each<[string, readonly (string | number)[], unknown, string]>([
    ['a maximum of −5', [barrier, 'value', 'loss', 'max'], -5, '.loss.max is -5, but should be '],
    [
      'a string as value',
      [barrier, 'value', 'loss', 'values', 1],
      '1',
      '.loss.values[1] must be a finite number, received a string',
    ],
    [
      'null for NaN',
      [barrier, 'value', 'loss', 'values', 1],
      null,
      '.loss.values[1] must be a finite number, received null',
    ],
    [
      'a value that the barrier does not follow from',
      [barrier, 'value', 'loss', 'values', 1],
      9,
      '.loss.barrier[1] is ',
    ],
    [
      'one point more',
      [barrier, 'value', 'alphas'],
      [0, 0.25, 0.5, 1],
      '.alphas must be a list of 3, received 4',
    ],
    [
      'values of another grid',
      [barrier, 'value', 'loss', 'values'],
      [1, 1, 1, 1, 1],
      '.loss.values must be a list of 3 numbers, received 5 values',
    ],
    ['another grid', [barrier, 'value', 'alphas', 1], 0.4, '.alphas[1] is 0.4, but should be 0.5'],
    [
      'a list without elements',
      [barrier, 'value', 'loss', 'values'],
      { length: 3 },
      '.loss.values must be a list of 3 numbers, received an object',
    ],
    [
      'a maximum elsewhere',
      [barrier, 'value', 'loss', 'argmax'],
      0.7,
      '.loss.argmax is 0.7, not the place of max',
    ],
    ['no metric', [barrier, 'value'], { alphas: [0, 0.5, 1] }, '.value has no metric'],
    ['no value', [barrier, 'value'], null, '.value must be an object, received null'],
    [
      'points in a string',
      [barrier, 'settings', 'points'],
      '3',
      'was made with points = a string, but this report has points = 3',
    ],
    ['settings of null', [barrier, 'settings'], null, 'was made with points = undefined'],
    ['permutations of another size', ['permutations/a/b', 'value', 'h1'], [1, 0], 'units, '],
    [
      'no permutation',
      ['permutations/a/b', 'value', 'h1', 0],
      1e9,
      "['h1'] must hold each of 0 … n − 1 exactly once",
    ],
    [
      'another group',
      ['permutations/a/b', 'value'],
      { 'h1,h2': [0] },
      'has the groups [h1,h2], but the spec has [h1,h2]',
    ],
    [
      'permutations in a list',
      ['permutations/a/b', 'value'],
      [[0]],
      'must be a record of permutations, received an array',
    ],
  ])('are refused with %s', async (_, path, value, message) => {
    const { cells } = await measured('weak');
    for (const given of [networks, lazy]) {
      const finished = changed(cells, path, value);
      const error = await reports.weak(given, { finished }).then(String, (reason: Error) => reason);
      expect(error).toBeInstanceOf(InvalidInputError);
      const { message: told } = error as Error;
      expect(told).toMatch(/^weakConnectivity: finished\['/);
      expect(told).toContain(message);
    }
  });

  it('are refused as no object', async () => {
    for (const finished of [null, 5, []]) {
      const work = reports.weak(networks, { finished });
      await expect(work).rejects.toThrow('finished must be an object');
    }
  });

  it('are refused on a simplex whose barycentre does not follow from its values', async () => {
    const { cells } = await measured('strong');
    const path = ['matchedSimplex', 'value', 'loss', 'barycentre'];
    const work = reports.strong(lazy, { finished: changed(cells, path, 0.123) });
    await expect(work).rejects.toThrow(/matchedSimplex'\]\.value\.loss\.barycentre is 0\.123, but/);
  });

  it('may differ by rounding, and are computed anew', async () => {
    const { cells, report } = await measured('weak');
    const { max } = (cells[barrier].value as unknown as BarrierReport<'loss'>).loss;
    const finished = changed(cells, [barrier, 'value', 'loss', 'max'], max + 1e-14);
    expect(await reports.weak(lazy, { finished })).toEqual(report);
  });

  it('take no room beyond the report for fields that no report has', async () => {
    const { cells, report } = await measured('weak');
    const finished = changed(cells, [barrier, 'value', 'loss', 'extra'], [1, 2]);
    expect(await reports.weak(lazy, { finished })).toEqual(report);
  });
});

describe.each(Object.keys(reports))('mutants of a %s report', (name) => {
  it('are refused, or give the report that was measured', async () => {
    const { report, cells } = await measured(name);
    const { below } = randomSource(17);
    let refused = 0;
    for (let i = 0; i < 150; i++) {
      const finished = mutant(cells, below);
      const result = await reports[name](networks, { finished }).catch((reason) => reason);
      if (result instanceof InvalidInputError) {
        refused++;
        expect(result.message).toMatch(/Connectivity: .*(finished|cell '|evaluate)/);
      } else expect(result, JSON.stringify(finished)).toEqual(report);
    }
    expect(refused).toBeGreaterThan(75);
  });
});
