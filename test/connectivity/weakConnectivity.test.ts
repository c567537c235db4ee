import * as tf from '@tensorflow/tfjs-core';
import {
  barrier,
  InvalidInputError,
  type Params,
  permute,
  type WeakConnectivityOptions,
  weakConnectivity,
  weightMatch,
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

const first = network(1);
const networks = { first, copy: shuffled(first, 5), other: network(2) };
const evaluate = distanceTo([first, networks.other]);
const options = { spec, match: weightMatcher(spec), evaluate, tolerance: 1e-5, points: 5 };
const max = (report: { loss: { max: number } }) => report.loss.max;

describe('weakConnectivity', () => {
  it('finds a network and itself in another order connected, and unrelated ones not', async () => {
    const report = await weakConnectivity(networks, options);
    expect(report.names).toEqual(['first', 'copy', 'other']);
    expect(report.pairs.map(({ a, b }) => [a, b])).toEqual([
      ['first', 'copy'],
      ['first', 'other'],
      ['copy', 'other'],
    ]);
    const [copies, ...unrelated] = report.pairs;
    expect(max(copies.unmatched)).toBeGreaterThan(1e-2);
    expect(max(copies.matched)).toBeLessThan(1e-5);
    for (const pair of unrelated) expect(max(pair.matched)).toBeGreaterThan(1e-3);
    expect(report.verdict).toEqual({
      metric: 'loss',
      tolerance: 1e-5,
      barrier: Math.max(...report.pairs.map(({ matched }) => max(matched))),
      holds: false,
    });
    expect(report.unmatchedVerdict.holds).toBe(false);
    const pair = await weakConnectivity([first, networks.copy], options);
    expect(pair.verdict.holds).toBe(true);
    expect(pair.unmatchedVerdict.holds).toBe(false);
    expect(pair.names).toEqual(['0', '1']);
  });

  it('measures what barrier measures, with what weightMatch finds, and is plain data', async () => {
    const report = await weakConnectivity(networks, { ...options, baseline: 'mean' });
    const { permutations } = await weightMatch(spec, networks.copy, networks.other);
    const pair = report.pairs[2];
    const aligned = permute(spec, networks.other, permutations);
    const how = { points: 5, baseline: 'mean' as const };
    expect(pair.matched).toEqual(await barrier(networks.copy, aligned, evaluate, how));
    expect(pair.unmatched).toEqual(await barrier(networks.copy, networks.other, evaluate, how));
    expect(pair.permutations.h1).toEqual(Array.from(permutations.h1));
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  });

  it('judges by the metric asked for', async () => {
    const report = await weakConnectivity(networks, { ...options, metric: 'error', tolerance: 10 });
    expect(report.verdict).toMatchObject({ metric: 'error', holds: true });
  });

  it('resumed after any cell, loads, finds and measures only the rest: the same report', async () => {
    const whole = watched(evaluate);
    const report = await weakConnectivity(networks, { ...options, ...whole.options });
    const keys = Object.keys(whole.cells);
    expect(keys).toHaveLength(9);
    expect(whole.calls).toEqual({ match: 3, evaluate: 30 });
    for (let stop = 1; stop <= keys.length; stop++) {
      const loads = countedLoads();
      const lazy = Object.fromEntries(
        Object.entries(networks).map(([name, params]) => [name, loads.load(params)]),
      );
      const controller = new AbortController();
      const before = watched(evaluate);
      const onCell: typeof before.options.onCell = (key, cell) => {
        before.options.onCell(key, cell);
        if (Object.keys(before.cells).length === stop) controller.abort();
      };
      const { signal } = controller;
      const stopped = await expectNoLeak(() =>
        weakConnectivity(lazy, { ...options, ...before.options, onCell, signal }),
      );
      if (stop < keys.length) expect(stopped).toMatchObject({ name: 'AbortError' });
      expect(Object.keys(before.cells)).toHaveLength(stop);
      const after = watched(evaluate);
      const resumed = await expectNoLeak(() =>
        weakConnectivity(lazy, { ...options, ...after.options, finished: before.cells }),
      );
      expect(resumed).toEqual(report);
      expect(Object.keys(after.cells)).toEqual(keys.slice(stop));
      expect(after.calls.match + before.calls.match).toBe(3);
      expect(after.calls.evaluate + before.calls.evaluate).toBe(30);
      expect(loads.most()).toBeLessThanOrEqual(2);
    }
  });

  it('with every cell finished loads nothing', async () => {
    const whole = watched(evaluate);
    const report = await weakConnectivity(networks, { ...options, ...whole.options });
    const never = () => Promise.reject(new Error('loaded'));
    const lazy = { first: never, copy: never, other: never };
    const again = await weakConnectivity(lazy, { ...options, finished: whole.cells });
    expect(again).toEqual(report);
  });

  it('tells every point and every cell, and awaits who keeps them', async () => {
    const seen: string[] = [];
    let keeping = false;
    await weakConnectivity([first, networks.copy], {
      ...options,
      points: 2,
      async onCell() {
        keeping = true;
        await new Promise((resolve) => setTimeout(resolve, 5));
        keeping = false;
      },
      onProgress({ done, total, key, points }) {
        expect(keeping).toBe(false);
        seen.push(`${done}/${total} ${key}${points ? ` ${points.done}/${points.total}` : ''}`);
      },
    });
    expect(seen).toEqual([
      '0/3 unmatched/0/1 1/2',
      '0/3 unmatched/0/1 2/2',
      '1/3 unmatched/0/1',
      '2/3 permutations/0/1',
      '2/3 matched/0/1 1/2',
      '2/3 matched/0/1 2/2',
      '3/3 matched/0/1',
    ]);
  });

  it('disposes what it loads, on errors too, and nothing of the caller', async () => {
    const loads = countedLoads();
    const lazy = [loads.load(first), loads.load(networks.copy), loads.load(networks.other)];
    await expectNoLeak(() => weakConnectivity(lazy, options));
    expect(loads.most()).toBe(2);
    const failing = async () => {
      if (loads.count() > 4) throw new Error('no more');
      return { loss: 1 };
    };
    await expectNoLeak(() => weakConnectivity(lazy, { ...options, evaluate: failing }));
    await expectNoLeak(() =>
      weakConnectivity(lazy, { ...options, match: () => Promise.reject(new Error('no match')) }),
    );
    await expectNoLeak(() => weakConnectivity(networks, options));
    for (const params of Object.values(networks)) {
      for (const tensor of Object.values(params)) expect(tensor.isDisposed).toBe(false);
    }
  });

  it('aborts inside a match and inside a barrier with the reason of the signal', async () => {
    const reason = new Error('enough');
    const inMatch = new AbortController();
    const match = (a: Params, b: Params, { signal }: { signal?: AbortSignal }) => {
      inMatch.abort(reason);
      return weightMatch(spec, a, b, { ...(signal && { signal }) });
    };
    const { signal } = inMatch;
    expect(
      await expectNoLeak(() => weakConnectivity(networks, { ...options, match, signal })),
    ).toBe(reason);
    const inBarrier = new AbortController();
    const aborting = async (params: Params) => {
      inBarrier.abort(reason);
      return evaluate(params);
    };
    const stopped = await expectNoLeak(() =>
      weakConnectivity(networks, { ...options, evaluate: aborting, signal: inBarrier.signal }),
    );
    expect(stopped).toBe(reason);
  });
});

describe('weakConnectivity refuses', () => {
  const wider = tf.tidy(() => ({ ...copyOf(first), 'dense1/kernel': tf.zeros([6, 10]) }));
  const refused: [string, unknown, Partial<WeakConnectivityOptions>, RegExp][] = [
    ['one network', [first], {}, /expected at least 2 networks, received 1/],
    ['no networks', null, {}, /expected at least 2 networks, received 0/],
    ['no matcher', networks, { match: undefined as never }, /match must be a function/],
    ['no evaluate', networks, { evaluate: undefined as never }, /evaluate must be a function/],
    [
      'a negative tolerance',
      networks,
      { tolerance: -1 },
      /tolerance must be a number ≥ 0, received -1/,
    ],
    [
      'no tolerance',
      networks,
      { tolerance: undefined as never },
      /tolerance .* received undefined/,
    ],
    ['one point', networks, { points: 1 }, /points must be an integer in 2 …/],
    ['another baseline', networks, { baseline: 'none' as never }, /baseline must be/],
    ['what is no network', { a: first, b: 7 }, {}, /network 'b' must be params, received a number/],
    [
      'networks that differ',
      { a: first, b: wider },
      {},
      /'dense1\/kernel' differs on axis 1.* in network 'b'/,
    ],
    [
      'networks that differ once they are loaded',
      { a: () => copyOf(first), b: () => copyOf({ ...first, extra: first['dense1/bias'] }) },
      {},
      /network 'b': the params hold 'extra'/,
    ],
    [
      'a network that cannot be loaded',
      { a: first, b: () => Promise.reject(new Error('no such file')) },
      {},
      /network 'b' could not be loaded: no such file/,
    ],
    [
      'a function that returns no params',
      { a: first, b: () => tf.scalar(1) },
      {},
      /the result of the function for network 'b' must be params, received Tensor/,
    ],
    [
      'a metric that is not measured',
      networks,
      { metric: 'accuracy' },
      /\[loss,error\], without the 'accuracy'/,
    ],
    [
      'a matcher that fails, by the pair',
      networks,
      { match: () => Promise.reject(new Error('lost')) },
      /network 'first' and network 'copy', match: the matcher failed: lost/,
    ],
    [
      'a matcher that finds nothing',
      networks,
      { match: async () => ({}) as never },
      /the matcher must return \{ permutations \}, a record, received undefined/,
    ],
    [
      'permutations that do not fit, by the pair',
      networks,
      { match: async () => ({ permutations: { h1: Int32Array.of(1, 0) } }) },
      /network 'first' and network 'copy', match: the permutation of group 'h1' has 2 units/,
    ],
    [
      'an evaluate that fails, by the pair and the alpha',
      networks,
      { evaluate: async () => ({ loss: Number.NaN }) },
      /network 'first' and network 'copy', unmatched: evaluate returned loss = NaN at alpha = 0/,
    ],
  ];
  it.each(refused)('%s', async (_, given, changed, message) => {
    const work = () => weakConnectivity(given as never, { ...options, ...changed } as never);
    const error = await expectNoLeak(work);
    expect(error).toBeInstanceOf(InvalidInputError);
    expect((error as Error).message).toMatch(message);
    expect((error as Error).message).toMatch(/^weakConnectivity[,:]/);
  });

  it('a metric that is not measured at the first point, before anything is matched', async () => {
    const { calls, options: counted } = watched(evaluate);
    const work = weakConnectivity(networks, { ...options, ...counted, metric: 'f1' } as never);
    await expect(work).rejects.toThrow(/without the 'f1'/);
    expect(calls).toEqual({ match: 0, evaluate: 1 });
  });

  it('finished cells of other settings, networks, metrics or making', async () => {
    const whole = watched(evaluate);
    await weakConnectivity(networks, { ...options, ...whole.options });
    const resume = (changed: object, given: object = networks) =>
      weakConnectivity(
        given as typeof networks,
        {
          ...options,
          finished: whole.cells,
          ...changed,
        } as never,
      );
    await expect(resume({ points: 7 })).rejects.toThrow(
      /finished\['unmatched\/first\/copy'\] was made with points = 5, but this report has points = 7/,
    );
    await expect(resume({ baseline: 'mean' })).rejects.toThrow(/baseline = linear, but/);
    await expect(resume({ metric: 'f1' })).rejects.toThrow(/without the 'f1' asked for/);
    const { first: renamed, ...others } = networks;
    await expect(resume({}, { renamed, ...others })).rejects.toThrow(
      /which is not part of this report/,
    );
    const { 'matched/copy/other': last, ...rest } = whole.cells;
    const lossOnly = async (params: Params) => ({ loss: (await evaluate(params)).loss });
    await expect(resume({ evaluate: lossOnly, finished: rest })).rejects.toThrow(
      /'matched\/copy\/other' has the metrics \[loss\], but 'unmatched\/first\/copy' has \[loss,error\]/,
    );
    for (const broken of [null, 7, {}, { ...last, kind: 'simplex' }]) {
      await expect(resume({ finished: { 'matched/copy/other': broken } })).rejects.toThrow(
        /finished\['matched\/copy\/other'\] is not a valid cell of the kind 'barrier'/,
      );
    }
  });
});
