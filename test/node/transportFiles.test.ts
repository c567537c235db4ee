import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import {
  mlpSpec,
  type Params,
  type PermutationSpec,
  permutationSpec,
  permute,
  randomPermutations,
  taskVector,
  transport,
} from 'perm-lmc';
import {
  mergeFiles,
  readSafetensors,
  type TransportFilesOptions,
  transportFiles,
  weightMatchFiles,
  writeSafetensors,
} from 'perm-lmc/node';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { useBackend } from '../support/backend';
import { fixtures, readParams } from '../support/fixtures';
import { expectSameFunction, expectSameParams } from '../support/invariants';
import { randomTensor } from '../support/randomTensor';
import { onnxPath } from './onnxModels';

await useBackend('cpu');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'perm-lmc-transport-'));
});
afterEach(() => rmSync(folder, { recursive: true }));
const at = (name: string) => join(folder, name);

/** Writes the networks of a transport and returns their paths. */
async function written(base: Params, tuned: Params, target: Params) {
  const paths = { base: at('base'), tuned: at('tuned'), target: at('target') };
  for (const [name, params] of Object.entries({ base, tuned, target })) {
    await writeSafetensors(at(name), params, { overwrite: true });
  }
  return paths;
}

/** The network that a transport writes, in the order of the other's names. */
async function moved(
  spec: PermutationSpec,
  networks: readonly [Params, Params, Params],
  permutations: Record<string, Int32Array>,
  like: Params,
  options: TransportFilesOptions = {},
) {
  const paths = await written(...networks);
  const result = await transportFiles(spec, paths, permutations, at('out'), options);
  const { params } = await readSafetensors(at('out'));
  expect(Object.keys(params).sort()).toEqual(Object.keys(like).sort());
  const inOrder = Object.fromEntries(Object.keys(like).map((name) => [name, params[name]]));
  return { params: inOrder, result };
}

const unitSpec = permutationSpec({ w: '_ h', b: 'h', o: 'h _', n: '?' });
const units = (...list: [w: number, b: number, o: number][]): Params => ({
  w: tf.tensor2d([list.map(([w]) => w)]),
  b: tf.tensor1d(list.map(([, b]) => b)),
  o: tf.tensor2d(list.map(([, , o]) => [o])),
});
const swap = { h: Int32Array.of(1, 0) };

describe('transportFiles', () => {
  it.each([0.5, 1, 2])('to a permuted base keeps the function, scale %d', async (scale) => {
    const [{ spec, name, forward }] = fixtures;
    const [base, tuned] = [readParams(`${name}_A`), readParams(`${name}_B`)];
    const target = permute(spec, base, randomPermutations(spec, base, { seed: 5 }));
    const { target: there, base: here } = await written(base, tuned, target);
    const { permutations } = await weightMatchFiles(spec, there, here);
    const networks = [base, tuned, target] as const;
    const { params, result } = await moved(spec, networks, permutations, target, { scale });
    expect(result).toEqual({ added: [], kept: [], leftOut: [] });
    const delta = taskVector(tuned, base);
    const scaled = Object.fromEntries(
      Object.entries(base).map(([each, own]) => [each, tf.add(own, tf.mul(delta[each], scale))]),
    );
    await expectSameFunction(forward, params, scaled, randomTensor([20, 784], 3), 1e-3);
    const inMemory = { from: base, to: target, delta };
    await expectSameParams(params, await transport(spec, inMemory, permutations, { scale }), 1e-5);
  });

  it('leaves the values of the target where nothing changed, infinities included', async () => {
    const mask = (value: number): Params => ({
      ...units([1, 0, 2], [3, 0, 5]),
      n: tf.scalar(value),
    });
    const base = mask(-Infinity);
    const target: Params = { ...units([0.1, 0.2, 0.3], [0.4, 0.5, 0.6]), n: tf.scalar(-Infinity) };
    const { params } = await moved(unitSpec, [base, base, target], swap, target, { scale: 0.3 });
    await expectSameParams(params, target);
  });

  it('takes a new head whole, with its inputs in the order of the target', async () => {
    const spec = mlpSpec(2);
    const network = (seed: number, classes: number): Params => ({
      'dense1/kernel': randomTensor([3, 4], seed),
      'dense1/bias': randomTensor([4], seed + 1),
      'dense2/kernel': randomTensor([4, classes], seed + 2),
      'dense2/bias': randomTensor([classes], seed + 3),
    });
    const [base, tuned] = [network(1, 2), network(10, 5)];
    const p = randomPermutations(spec, base, { seed: 4 });
    const target = permute(spec, base, p);
    const expected = permute(spec, tuned, p);
    const { params, result } = await moved(spec, [base, tuned, target], p, expected);
    expect([...result.added].sort()).toEqual(['dense2/bias', 'dense2/kernel']);
    await expectSameParams(params, expected, 1e-6);
  });

  it('takes a tensor of the fine-tuned network alone, and keeps one of the target', async () => {
    const base = units([1, 0, 2], [3, 0, 5]);
    const spec = permutationSpec({ w: '_ h', b: 'h', o: 'h _', extra: '? h', n: '?', m: '?' });
    const m = tf.scalar(1);
    const tuned: Params = { ...base, extra: tf.tensor1d([1, 2]), m };
    const target: Params = { ...units([3, 0, 5], [1, 0, 2]), n: tf.scalar(3) };
    const like: Params = { ...target, extra: tf.tensor1d([2, 1]) };
    const networks = [{ ...base, m }, tuned, target] as const;
    const { params, result } = await moved(spec, networks, swap, like, { unshared: 'first' });
    expect(result).toEqual({ added: ['extra'], kept: ['n'], leftOut: ['m'] });
    await expectSameParams(params, like);
    const paths = { base: at('base'), tuned: at('tuned'), target: at('target') };
    await expect(transportFiles(spec, paths, swap, at('no'))).rejects.toThrow(
      /tuned' lacks parameter 'n', which '.*target' has/,
    );
  });

  it('leaves buffers that the spec does not name and not all networks have where they are', async () => {
    const base = units([1, 0, 2], [3, 0, 5]);
    const spec = permutationSpec({ w: '_ h', b: 'h', o: 'h _' });
    const own = { ...base, m: tf.scalar(1) };
    const target: Params = { ...units([3, 0, 5], [1, 0, 2]), n: tf.scalar(3) };
    const unshared = 'first';
    const { params, result } = await moved(spec, [own, own, target], swap, target, { unshared });
    expect(result).toEqual({ added: [], kept: ['n'], leftOut: ['m'] });
    await expectSameParams(params, target);
  });

  it('keeps integers, and statistics if told so; refuses negative variances by name', async () => {
    const spec = permutationSpec({ 'bn.running_var': 'h', count: '' });
    const norm = (variance: number, count: number): Params => ({
      'bn.running_var': tf.tensor1d([variance]),
      count: tf.scalar(count, 'int32'),
    });
    const same = { h: Int32Array.of(0) };
    const networks = [norm(3, 1), norm(1, 2), norm(1, 9)] as const;
    await expect(moved(spec, networks, same, networks[2])).rejects.toThrow(
      "transportFiles: the variance 'bn.running_var' would be -1 at flat index 0",
    );
    expect(readdirSync(folder)).not.toContain('out');
    const options = { keepStatistics: true };
    const { params } = await moved(spec, networks, same, networks[2], options);
    await expectSameParams(params, networks[2]);
    const smaller = { scale: 0.25, overwrite: true };
    const { params: other } = await moved(spec, networks, same, networks[2], smaller);
    await expectSameParams(other, norm(0.5, 9));
  });

  it('is a sum of weights 1, λ and −λ in float64', async () => {
    const network = (seed: number): Params => ({
      ...{ w: randomTensor([2, 9], seed), b: randomTensor([9], seed + 3) },
      o: randomTensor([9, 3], seed + 6),
    });
    const networks = [network(1), network(2), network(3)] as const;
    const spec = permutationSpec({ w: '_ h', b: 'h', o: 'h _' });
    const p = randomPermutations(spec, networks[0], { seed: 1 });
    const scale = 0.7;
    const { params } = await moved(spec, networks, p, networks[2], { scale });
    const paths = [at('target'), at('tuned'), at('base')];
    const options = { weights: [1, scale, -scale], anyWeights: true };
    await mergeFiles(spec, paths, [p, p], at('sum'), options);
    const { params: sum } = await readSafetensors(at('sum'));
    const inOrder = Object.fromEntries(Object.keys(params).map((name) => [name, sum[name]]));
    await expectSameParams(params, inOrder, 3e-7);
  });

  it('refuses bases of other shapes, permutations that do not fit, and what it cannot write', async () => {
    const base = units([1, 0, 2], [3, 0, 5]);
    const wide = units([1, 0, 2], [3, 0, 5], [1, 1, 1]);
    await expect(moved(unitSpec, [base, base, wide], swap, base)).rejects.toThrow(
      /parameter 'w' differs on axis 1: shape \[1,2\] in '.*base', \[1,3\] in '.*target'/,
    );
    const wrong = { h: Int32Array.of(0) };
    await expect(moved(unitSpec, [base, base, base], wrong, base)).rejects.toThrow(/'h'/);
    const options = { scale: Infinity };
    await expect(moved(unitSpec, [base, base, base], swap, base, options)).rejects.toThrow('scale');
  });

  it('has no place for a new head in an ONNX graph', async () => {
    const spec = permutationSpec({ '0.weight': 'c _ _ _' }, { unlisted: 'fixed' });
    const path = onnxPath('lenet_a');
    await mergeFiles(spec, [path], [], at('weights.safetensors'));
    const { params } = await readSafetensors(at('weights.safetensors'));
    await writeSafetensors(at('tuned.safetensors'), { ...params, head: tf.ones([2]) });
    const paths = { base: path, tuned: at('tuned.safetensors'), target: path };
    const same = { c: Int32Array.from({ length: params['0.weight'].shape[0] }, (_, i) => i) };
    await expect(transportFiles(spec, paths, same, at('out.onnx'))).rejects.toThrow(
      /the graph of '.*' has no place for tensor "head"/,
    );
    const { added } = await transportFiles(spec, paths, same, at('out.safetensors'));
    expect(added).toEqual(['head']);
  });
});
