import * as tf from '@tensorflow/tfjs-core';
import { InvalidInputError, type ModelConfig, recogniseArchitecture, renamePrefix } from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { useBackend } from '../support/backend';
import { expectNoLeak } from '../support/invariants';

await useBackend('cpu');

const zeros = (shapes: Record<string, number[]>) =>
  Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, tf.zeros(shape)]));

const mlp = zeros({
  'fc1.weight': [8, 4],
  'fc1.bias': [8],
  'fc2.weight': [3, 8],
  'fc2.bias': [3],
});

describe('recogniseArchitecture', () => {
  it('names the family and writes its spec', async () => {
    const found = await expectNoLeak(() => recogniseArchitecture(mlp));
    expect(found).toMatchObject({
      family: 'mlp',
      name: 'mlp:2',
      spec: { groups: [{ name: 'h1' }] },
    });
  });

  it('tries the given family alone', () => {
    expect(recogniseArchitecture(mlp, { family: 'mlp' }).name).toBe('mlp:2');
    expect(() => recogniseArchitecture(mlp, { family: 'vgg' })).toThrow(InvalidInputError);
  });

  it('refuses a family that it does not know, and a configuration as text', () => {
    expect(() => recogniseArchitecture(mlp, { family: 'densnet' })).toThrow(/densnet/);
    const config = '{}' as unknown as ModelConfig;
    expect(() => recogniseArchitecture(mlp, { config })).toThrow(/config must be an object/);
  });

  it('says what comes nearest if nothing fits', () => {
    const wrong = { ...mlp, 'fc1.bias': tf.zeros([7]) };
    expect(() => recogniseArchitecture(wrong)).toThrow(
      /no architecture fits the parameters 'fc1\.weight'.*The nearest is mlp:2: .*fc1/s,
    );
  });

  it('calls that nearest which has the most names of the network', () => {
    // Tried first is mlp:2, whose layers are fc1 and fc2.
    const shapes = { 'net.0.weight': [5, 4], 'net.2.weight': [2, 5], scale: [2] };
    expect(messageOf(zeros(shapes))).toMatch(
      /The nearest is mlp:net\.0,net\.2: the params hold 'scale'/,
    );
  });

  it('advises to leave out what the architecture lacks', () => {
    const message = messageOf({ ...mlp, 'aux.bias': tf.zeros([2]) });
    expect(message).toMatch(/mlp:2: the params hold 'aux\.bias', which the spec does not name/);
    expect(message).toMatch(/If the params hold more than the network/);
  });

  it('advises to derive the spec if no architecture is near', () => {
    const message = messageOf({ a: tf.zeros([2]), b: tf.zeros([2]) });
    expect(message).toMatch(/'a', 'b'\. Derive the spec with traceSpec/);
  });

  it('says which prefix to rename if the network is below one', () => {
    const vgg = zeros({
      'features.0.weight': [8, 3, 3, 3],
      'features.3.weight': [16, 8, 3, 3],
      'classifier.weight': [10, 64],
    });
    const wrapped = renamePrefix(vgg, { from: '', to: 'module.' });
    expect(messageOf(wrapped)).toContain("Pass renamePrefix(params, { from: 'module.', to: '' })");
    const bare = renamePrefix(wrapped, { from: 'module.', to: '' });
    expect(recogniseArchitecture(bare).family).toBe('vgg');
  });

  it('says what an adapter needs first', () => {
    const adapter = zeros({
      'base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight': [4, 8],
      'base_model.model.model.layers.0.self_attn.q_proj.lora_B.weight': [8, 4],
    });
    expect(messageOf(adapter)).toContain('Merge the adapter into its base network');
  });
});

function messageOf(params: Record<string, tf.Tensor>): string {
  try {
    recogniseArchitecture(params);
  } catch (error) {
    return (error as InvalidInputError).message;
  }
  return 'recognised';
}
