import * as tf from '@tensorflow/tfjs-core';
import { interpolate, type Params, permute, resnetSpec } from 'perm-lmc';
import { readSafetensors, weightMatchFiles } from 'perm-lmc/node';
import { describe, expect, it } from 'vitest';
import { useBackend } from '../support/backend';
import { expectSameParams } from '../support/invariants';
import { temporaryFolder, writeParams } from './checkpoints';
import { run } from './session';

await useBackend('cpu');
const at = temporaryFolder();
const spec = resnetSpec([1, 1], { layout: 'pytorch' });
const [a, b] = [draw(1), draw(100)];
const { permutations } = await weightMatchFiles(
  spec,
  await writeParams(at('own-a'), a),
  await writeParams(at('own-b'), b),
);
const mean = interpolate(a, permute(spec, b, permutations), 0.5);

/** Random weights of the spec: 4 units in each group, kernels of 1×1, no biases of convolutions. */
function draw(seed: number): Params {
  const names = Object.entries(spec.params).filter(
    ([name]) => !/conv\d?\.bias$|downsample\.0\.bias$|num_batches/.test(name),
  );
  return Object.fromEntries(
    names.map(([name, { axes }], i) => {
      const shape = axes.map((axis) => (axis.kind === 'group' ? 4 : 1));
      return [name, tf.abs(tf.randomNormal(shape, 0, 1, 'float32', seed + i))];
    }),
  );
}

/** The params under names with a prefix. */
function below(prefix: string, params: Params): Params {
  return Object.fromEntries(Object.entries(params).map(([name, each]) => [prefix + name, each]));
}

describe('a network below a prefix, and a moving average of it in one checkpoint', () => {
  const whole = below('model.', a);
  const average = below('ema.module.', b);

  it.each([
    ['the first', 'kept', { ...whole, ...average }, below('model.', b)],
    ['the second', 'leftOut', whole, { ...average, ...below('model.', b) }],
  ])('%s: the network is merged', async (name, field, first, second) => {
    const paths = [
      await writeParams(at(`${name}-a`), first),
      await writeParams(at(`${name}-b`), second),
    ];
    const { code, out } = await run([
      'merge',
      ...paths,
      '--statistics',
      'interpolate',
      '-o',
      at(name),
    ]);
    expect(code).toBe(0);
    const document = JSON.parse(out);
    expect(document.spec).toBe('resnet:1,1');
    expect([...document[field]].sort()).toEqual(Object.keys(average).sort());
    const { params } = await readSafetensors(at(name));
    const expected = { ...below('model.', mean), ...(field === 'kept' && average) };
    expect(Object.keys(params).sort()).toEqual(Object.keys(expected).sort());
    const ordered = Object.keys(expected).map((each) => [each, params[each]] as const);
    await expectSameParams(Object.fromEntries(ordered), expected);
    tf.dispose(params);
  });

  it('both: the average is refused, as the spec does not name it', async () => {
    const path = await writeParams(at('both'), { ...whole, ...average });
    const { code, err } = await run(['merge', path, path, '-o', at('no')]);
    expect([code, err]).toEqual([2, expect.stringContaining("holds 'ema.module.")]);
  });
});
