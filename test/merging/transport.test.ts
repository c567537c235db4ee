import * as tf from '@tensorflow/tfjs-core';
import {
  mlpSpec,
  type Params,
  permutationSpec,
  permute,
  randomPermutations,
  taskVector,
  transport,
  weightMatch,
} from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { useBackend } from '../support/backend';
import { fixtures, readParams } from '../support/fixtures';
import { expectNoLeak, expectSameFunction, expectSameParams } from '../support/invariants';
import { randomTensor } from '../support/randomTensor';

await useBackend('cpu');

const values = async (tensor: tf.Tensor) => [...(await tensor.data())];

/** A network x → Σ o·relu(w·x + b) of two units (w, b | o). */
const unitSpec = permutationSpec({ w: '_ h', b: 'h', o: 'h _' });
const units = (...list: [w: number, b: number, o: number][]): Params => ({
  w: tf.tensor2d([list.map(([w]) => w)]),
  b: tf.tensor1d(list.map(([, b]) => b)),
  o: tf.tensor2d(list.map(([, , o]) => [o])),
});

describe('transport', () => {
  it('S (1,0|2), (3,0|5), F (1,1|2), (3,0|7), T (3,0|5), (1,0|2) give (3,0|7), (1,1|2)', async () => {
    const [from, tuned] = [units([1, 0, 2], [3, 0, 5]), units([1, 1, 2], [3, 0, 7])];
    const to = units([3, 0, 5], [1, 0, 2]);
    const networks = { from, to, delta: taskVector(tuned, from) };
    const moved = await transport(unitSpec, networks, { h: Int32Array.of(1, 0) });
    await expectSameParams(moved, units([3, 0, 7], [1, 1, 2]));
  });

  it.each([0.5, 1, 2])('to a permuted base keeps the function, scale %d', async (scale) => {
    const [{ spec, forward, name }] = fixtures;
    const [from, tuned] = [readParams(`${name}_A`), readParams(`${name}_B`)];
    const to = permute(spec, from, randomPermutations(spec, from, { seed: 5 }));
    const { permutations } = await weightMatch(spec, to, from);
    const delta = taskVector(tuned, from);
    const moved = await transport(spec, { from, to, delta }, permutations, { scale });
    const scaled = Object.fromEntries(
      Object.entries(from).map(([each, own]) => [each, tf.add(own, tf.mul(delta[each], scale))]),
    );
    const x = randomTensor([20, 784], 3);
    await expectSameFunction(forward, moved, scaled, x, 1e-3);
    if (scale === 1) {
      await expectSameParams(moved, permute(spec, tuned, permutations), 1e-5);
    }
  });

  it('moves masks as permute does', async () => {
    const spec = mlpSpec(2);
    const network = (seed: number): Params => ({
      'dense1/kernel': randomTensor([3, 4], seed),
      'dense1/bias': randomTensor([4], seed + 1),
      'dense2/kernel': randomTensor([4, 2], seed + 2),
      'dense2/bias': randomTensor([2], seed + 3),
    });
    const [from, delta] = [network(1), network(10)];
    const p = randomPermutations(spec, from, { seed: 2 });
    const to = permute(spec, from, p);
    const mask = map(network(20), (each) => tf.cast(tf.greater(each, 0), 'float32'));
    const masked = map(delta, (each, name) => tf.mul(each, mask[name]));
    const moved = await transport(spec, { from, to, delta: masked }, p);
    const [movedMask, movedDelta] = [permute(spec, mask, p), permute(spec, delta, p)];
    const byHand = map(to, (each, name) => tf.add(each, tf.mul(movedMask[name], movedDelta[name])));
    await expectSameParams(moved, byHand, 1e-6);
  });

  const norm = permutationSpec({ running_mean: 'h', running_var: 'h', count: '' });
  const normOf = (mean: number, variance: number, count: number): Params => ({
    running_mean: tf.tensor1d([mean]),
    running_var: tf.tensor1d([variance]),
    count: tf.scalar(count, 'int32'),
  });
  const same = { h: Int32Array.of(0) };

  it('keeps the integers of the target, and its statistics if told so', async () => {
    const [from, to] = [normOf(0, 1, 1), normOf(5, 6, 7)];
    const networks = { from, to, delta: taskVector(normOf(1, 3, 4), from) };
    const moved = await transport(norm, networks, same);
    await expectSameParams(moved, normOf(6, 8, 7));
    const kept = await transport(norm, networks, same, { keepStatistics: true });
    await expectSameParams(kept, to);
  });

  it('refuses a variance that becomes negative, and leaks nothing', async () => {
    const [from, to] = [normOf(0, 3, 1), normOf(0, 1, 1)];
    const delta = taskVector(normOf(0, 1, 1), from);
    await expectNoLeak(async () => {
      const moved = transport(norm, { from, to, delta }, same);
      await expect(moved).rejects.toThrow(
        "transport: the variance 'running_var' would be -1 at flat index 0. Pass a smaller scale, or keepStatistics: true",
      );
    });
    const smaller = await transport(norm, { from, to, delta }, same, { scale: 0.25 });
    expect(await values(smaller.running_var)).toEqual([0.5]);
  });

  it.each([
    [{ scale: Number.NaN }, {}, 'scale must be a finite number'],
    [{}, { to: { w: tf.ones([1]) } }, 'from'],
    [{}, { delta: normOf(0, 1, 1) }, 'delta'],
  ])('refuses wrong arguments, %#', async (options, networks, message) => {
    const from = units([1, 0, 2], [3, 0, 5]);
    const all = { from, to: from, delta: from, ...networks };
    const moved = transport(unitSpec, all, { h: Int32Array.of(1, 0) }, options);
    await expect(moved).rejects.toThrow(message);
  });

  it('leaks nothing and changes nothing', async () => {
    const from = units([1, 0, 2], [3, 0, 5]);
    await expectNoLeak(async () => {
      const delta = taskVector(units([2, 0, 2], [3, 0, 5]), from);
      const h = Int32Array.of(1, 0);
      tf.dispose([delta, await transport(unitSpec, { from, to: from, delta }, { h })]);
    }, 3);
    await expectSameParams(from, units([1, 0, 2], [3, 0, 5]));
  });
});

describe('taskVector', () => {
  it('is the change, and 0 for integers and for infinities that both have', async () => {
    const network = (w: number[], n: number): Params => ({
      w: tf.tensor1d(w),
      n: tf.scalar(n, 'int32'),
    });
    const delta = taskVector(network([3, -Infinity, 1], 5), network([1, -Infinity, 1], 2));
    expect(await values(delta.w)).toEqual([2, 0, 0]);
    expect([delta.n.dtype, await values(delta.n)]).toEqual(['int32', [0]]);
  });

  it('refuses networks that differ', () => {
    const [a, b] = [{ w: tf.ones([2]) }, { w: tf.ones([3]) }];
    expect(() => taskVector(a, b)).toThrow(/^taskVector: parameter 'w'.* in tuned, .* in base/);
  });
});

function map(params: Params, work: (tensor: tf.Tensor, name: string) => tf.Tensor): Params {
  return Object.fromEntries(Object.entries(params).map(([name, each]) => [name, work(each, name)]));
}
