import {
  barrier,
  InvalidInputError,
  invertPermutations,
  type JointMatcher,
  manyMatcher,
  type Params,
  type Permutations,
  permute,
  randomPermutations,
  type StrongConnectivityOptions,
  simplexBarrier,
  strongConnectivity,
  weightMatcher,
} from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { useBackend } from '../support/backend';
import { expectNoLeak } from '../support/invariants';
import {
  copyOf,
  countedLoads,
  distanceTo,
  network,
  shuffled,
  spec,
  watched,
} from '../support/planted';

await useBackend('cpu');

const base = network(1);
const copies = { x: base, y: shuffled(base, 5), z: shuffled(base, 6) };
const mixed = { x: base, y: shuffled(base, 5), z: network(3) };
const evaluate = distanceTo([base, mixed.z]);
const options = {
  spec,
  match: weightMatcher(spec),
  evaluate,
  tolerance: 1e-5,
  points: 3,
  resolution: 2,
};
const typed = (plain: Readonly<Record<string, readonly number[]>>): Permutations =>
  Object.fromEntries(Object.entries(plain).map(([group, p]) => [group, Int32Array.from(p)]));

describe('strongConnectivity', () => {
  it('three copies in orders of their own have no barrier anywhere', async () => {
    const report = await strongConnectivity(copies, { ...options, own: true });
    expect(report.names).toEqual(['x', 'y', 'z']);
    expect(report.pairs.map(({ a, b, kind }) => [a, b, kind])).toEqual([
      ['x', 'y', 'direct'],
      ['x', 'z', 'direct'],
      ['y', 'z', 'indirect'],
    ]);
    for (const { matched, unmatched } of report.pairs) {
      expect(matched.loss.max).toBeLessThan(1e-5);
      expect(unmatched.loss.max).toBeGreaterThan(1e-3);
    }
    expect(report.pairs.map(({ own }) => own && own.loss.max < 1e-5)).toEqual([null, null, true]);
    expect(report.simplex.loss.max).toBeLessThan(1e-5);
    expect(report.simplex.loss.barycentre).toBeLessThan(1e-5);
    expect(report.unmatchedSimplex.loss.barycentre).toBeGreaterThan(1e-3);
    expect(report.verdict.holds && report.simplexVerdict.holds).toBe(true);
    expect(report.unmatchedVerdict.holds || report.unmatchedSimplexVerdict.holds).toBe(false);
    expect(report.permutations[0].h1).toEqual(report.permutations[0].h1.map((_, i) => i));
  });

  it('an unrelated network fails every pair that it is in', async () => {
    const report = await strongConnectivity(mixed, options);
    expect(report.pairs.map(({ matched }) => matched.loss.max < 1e-5)).toEqual([
      true,
      false,
      false,
    ]);
    expect(report.verdict.holds).toBe(false);
    expect(report.simplexVerdict.holds).toBe(false);
  });

  it.each([0, 1, 2])(
    'measures what barrier and simplexBarrier measure, reference %i',
    async (reference) => {
      const report = await strongConnectivity(mixed, { ...options, reference, own: true });
      const networks: Params[] = Object.values(mixed);
      const aligned = networks.map((params, i) =>
        permute(spec, params, typed(report.permutations[i])),
      );
      for (const { a, b, kind, matched, unmatched, own, ownPermutations } of report.pairs) {
        const [i, j] = [a, b].map((name) => report.names.indexOf(name));
        const how = { points: 3 };
        expect(kind).toBe(i === reference || j === reference ? 'direct' : 'indirect');
        expect(matched).toEqual(await barrier(aligned[i], aligned[j], evaluate, how));
        expect(unmatched).toEqual(await barrier(networks[i], networks[j], evaluate, how));
        if (kind === 'direct') expect(own).toBeNull();
        else {
          const moved = permute(spec, networks[j], typed(ownPermutations!));
          expect(own).toEqual(await barrier(networks[i], moved, evaluate, how));
        }
      }
      const how = { resolution: 2 };
      expect(report.simplex).toEqual(await simplexBarrier(aligned, evaluate, how));
      expect(report.unmatchedSimplex).toEqual(await simplexBarrier(networks, evaluate, how));
      expect(JSON.parse(JSON.stringify(report))).toEqual(report);
      const units = report.permutations[reference].h2;
      expect(units).toEqual(units.map((_, i) => i));
    },
  );

  it('takes one joint match, followed by the inverse of what it does to the reference', async () => {
    // x, y and z all go to a common order that is none of theirs.
    const common = randomPermutations(spec, base, { seed: 9 });
    let calls = 0;
    const matchAll: JointMatcher = async ([x, y, z]) => {
      calls++;
      const toX = async (params: Params) => (await options.match(x, params, {})).permutations;
      const each = [await toX(x), await toX(y), await toX(z)];
      return each.map((p) =>
        Object.fromEntries(
          Object.entries(p).map(([group, q]) => [group, common[group].map((i) => q[i])]),
        ),
      );
    };
    const { match: _, ...others } = options;
    const joint = await strongConnectivity(copies, { ...others, matchAll, reference: 1 });
    expect(calls).toBe(1);
    expect(joint.pairs.map(({ kind }) => kind)).toEqual(['joint', 'joint', 'joint']);
    expect(joint.simplexVerdict.holds).toBe(true);
    const byOne = await strongConnectivity(copies, { ...options, reference: 1 });
    expect(joint.permutations).toEqual(byOne.permutations);
    // y is x in the order of seed 5: what moves x onto y is that order.
    const planted = randomPermutations(spec, base, { seed: 5 });
    expect(joint.permutations[0].h1).toEqual(Array.from(planted.h1));
    expect(invertPermutations(planted).h1).not.toEqual(planted.h1);
  });

  it.each([0, 2])(
    'reports on both matches, each as by itself, with reference %i',
    async (reference) => {
      const matchAll = manyMatcher(spec);
      const all = { ...options, reference, own: true };
      const both = await strongConnectivity(mixed, { ...all, matchAll });
      const { joint, ...byOne } = both;
      expect({ ...byOne, joint: null }).toEqual(await strongConnectivity(mixed, all));
      const { match: _, own: __, ...others } = all;
      const alone = await strongConnectivity(mixed, { ...others, matchAll });
      expect(alone.joint).toBeNull();
      expect(joint).toEqual({
        permutations: alone.permutations,
        barriers: alone.pairs.map(({ matched }) => matched),
        simplex: alone.simplex,
        verdict: alone.verdict,
        simplexVerdict: alone.simplexVerdict,
      });
      expect(JSON.parse(JSON.stringify(both))).toEqual(both);
    },
  );

  it.each([
    ['matched to the reference', {}],
    ['matched to the reference and jointly', { matchAll: manyMatcher(spec) }],
    [
      'matched to the reference, and all at once by a matcher of the caller',
      {
        matchAll: (async (all) =>
          Promise.all(
            all.map(async (params) => (await options.match(all[0], params, {})).permutations),
          )) as JointMatcher,
      },
    ],
  ])('%s: resumed after any cell, the same report with only the rest made', async (_, how) => {
    const all = { ...options, ...how, own: true };
    const whole = watched(evaluate);
    const report = await strongConnectivity(mixed, { ...all, ...whole.options });
    const keys = Object.keys(whole.cells);
    for (let stop = 1; stop < keys.length; stop++) {
      const loads = countedLoads();
      const lazy = Object.values(mixed).map(loads.load);
      const named = { x: lazy[0], y: lazy[1], z: lazy[2] };
      const controller = new AbortController();
      const before = watched(evaluate);
      const onCell: typeof before.options.onCell = (key, cell) => {
        before.options.onCell(key, cell);
        if (Object.keys(before.cells).length === stop) controller.abort();
      };
      const { signal } = controller;
      const stopped = await expectNoLeak(() =>
        strongConnectivity(named, { ...all, ...before.options, onCell, signal }),
      );
      expect(stopped).toMatchObject({ name: 'AbortError' });
      const after = watched(evaluate);
      const resumed = await expectNoLeak(() =>
        strongConnectivity(named, { ...all, ...after.options, finished: before.cells }),
      );
      expect(resumed).toEqual(report);
      expect(Object.keys(after.cells)).toEqual(keys.slice(stop));
      expect(after.calls.match + before.calls.match).toBe(whole.calls.match);
      expect(after.calls.evaluate + before.calls.evaluate).toBe(whole.calls.evaluate);
      expect(loads.most()).toBeLessThanOrEqual(3);
    }
    const never = () => Promise.reject(new Error('loaded'));
    const finished = whole.cells;
    const lazy = { x: never, y: never, z: never };
    expect(await strongConnectivity(lazy, { ...all, finished })).toEqual(report);
  });

  it('leaks nothing where the matcher or evaluate fails, and disposes nothing of the caller', async () => {
    const loads = countedLoads();
    const lazy = Object.values(copies).map(loads.load);
    let left = 30;
    const failing = async (params: Params) => {
      if (left-- === 0) throw new Error('no more');
      return evaluate(params);
    };
    const error = await expectNoLeak(() =>
      strongConnectivity(lazy, { ...options, evaluate: failing }),
    );
    expect(error).toMatchObject({ message: expect.stringMatching(/matchedSimplex|matched/) });
    const match = () => Promise.reject(new Error('lost'));
    await expectNoLeak(() => strongConnectivity(lazy, { ...options, match }));
    await expectNoLeak(() => strongConnectivity(copies, options));
    for (const params of Object.values(copies)) {
      for (const tensor of Object.values(params)) expect(tensor.isDisposed).toBe(false);
    }
  });
});

describe('strongConnectivity refuses', () => {
  const two = { x: copies.x, y: copies.y };
  const refused: [string, unknown, Partial<StrongConnectivityOptions>, RegExp][] = [
    ['two networks', two, {}, /expected at least 3 networks, received 2/],
    [
      'a reference beyond',
      copies,
      { reference: 3 },
      /reference must be an integer in 0 … 2, received 3/,
    ],
    ['no resolution', copies, { resolution: 0 }, /resolution must be an integer ≥ 1/],
    [
      'a simplex without end',
      copies,
      { resolution: 1e9 },
      /resolution 1000000000 gives a simplex of \d networks \d/,
    ],
    ['no tolerance', copies, { tolerance: -0.1 }, /tolerance/],
    ['neither matcher', copies, { match: undefined as never }, /match must be a function/],
    [
      'a matchAll that is none',
      copies,
      { matchAll: 'c2m3' as never },
      /matchAll must be a function/,
    ],
    [
      'a match that is none, beside matchAll',
      copies,
      { match: 'weights' as never, matchAll: async () => [] },
      /match must be a function/,
    ],
    [
      'joint permutations that do not fit, beside match',
      copies,
      { matchAll: async () => [] },
      /matchAll: it must return 3 records/,
    ],
    [
      'own without a match',
      copies,
      { match: undefined as never, matchAll: async () => [], own: true },
      /match must be a function/,
    ],
    [
      'too few joint permutations',
      copies,
      { matchAll: async () => [] },
      /must return 3 records of permutations in an array, received 0/,
    ],
    [
      'joint permutations that do not fit, by the network',
      copies,
      { matchAll: async (all) => all.map(() => ({ h1: Int32Array.of(0) })) },
      /matchAll: network 'x': the permutation of group 'h1' has 1 units/,
    ],
    [
      'networks that differ, by their names',
      { ...copies, z: () => ({ ...copyOf(base), more: copyOf(base)['dense1/bias'] }) },
      {},
      /network 'z': the params hold 'more'/,
    ],
    ['a metric that is not measured', copies, { metric: 'f1' }, /without the 'f1'/],
  ];
  it.each(refused)('%s', async (_, given, changed, message) => {
    const work = () => strongConnectivity(given as never, { ...options, ...changed } as never);
    const error = await work().catch((reason: unknown) => reason as Error);
    expect(error).toBeInstanceOf(InvalidInputError);
    expect((error as Error).message).toMatch(message);
  });

  it('to resume with both matchers from a report by matchAll alone', async () => {
    const whole = watched(evaluate);
    const matchAll = manyMatcher(spec);
    const { match: _, ...others } = options;
    const { match: __, ...watching } = whole.options;
    await strongConnectivity(copies, { ...others, ...watching, matchAll });
    const finished = whole.cells;
    await expect(strongConnectivity(copies, { ...options, matchAll, finished })).rejects.toThrow(
      /matcher = matchAll, but this report has matcher = match/,
    );
  });

  it('to resume with another reference or resolution', async () => {
    const whole = watched(evaluate);
    await strongConnectivity(copies, { ...options, ...whole.options });
    const finished = whole.cells;
    await expect(
      strongConnectivity(copies, { ...options, finished, reference: 1 }),
    ).rejects.toThrow(
      /which is not part of this report|reference = x, but this report has reference = y/,
    );
    await expect(
      strongConnectivity(copies, { ...options, finished, resolution: 3 }),
    ).rejects.toThrow(/resolution = 2, but this report has resolution = 3/);
  });
});
