import * as tf from '@tensorflow/tfjs-core';
import { isPrunable } from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { useBackend } from '../support/backend';

await useBackend('cpu');

const ofRank = (rank: number) => tf.zeros(Array.from({ length: rank }, () => 1));

describe('isPrunable', () => {
  it.each<[string, number]>([
    ['dense1/kernel', 2],
    ['conv2d/kernel:0', 4],
    ['separable/depthwise_kernel', 4],
    ['separable/pointwise_kernel', 4],
    ['lstm/lstm_cell/recurrent_kernel', 2],
    ['query/kernel', 3],
    ['fc1.weight', 2],
    ['layer1.0.conv1.weight', 4],
    ['layer1.0.downsample.0.weight', 4],
    ['lstm.weight_ih_l0', 2],
    ['lstm.weight_hh_l0_reverse', 2],
    ['attn.in_proj_weight', 2],
    ['patch_embedding.weight', 4],
    ['patch_embed.proj.weight', 4],
    ['normal_conv_1/kernel', 4],
    ['norm1.linear.weight', 2],
    ['w', 2],
  ])('%s of rank %i is', (name, rank) => {
    expect(isPrunable(name, ofRank(rank))).toBe(true);
  });

  it.each<[string, number]>([
    ['dense1/bias', 1],
    ['query/bias', 2],
    ['gru/bias:0', 2],
    ['lstm.bias_ih_l0', 2],
    ['attn.relative_position_bias_table', 2],
    ['fc1.weight', 1],
    ['bn1.weight', 1],
    ['norm.weight', 3],
    ['blocks.0.layer_norm.weight', 2],
    ['LayerNorm.weight', 2],
    ['h.0.ln_1.weight', 2],
    ['BatchNorm2d.weight', 2],
    ['layer_normalization/gamma', 2],
    ['layer_normalization/beta', 2],
    ['p_re_lu/alpha', 3],
    ['bn/moving_mean', 2],
    ['embedding/embeddings', 2],
    ['embed_tokens.weight', 2],
    ['wte.weight', 2],
    ['pos_embed', 3],
    ['cls_token', 3],
    ['w', 1],
  ])('%s of rank %i is not', (name, rank) => {
    expect(isPrunable(name, ofRank(rank))).toBe(false);
  });

  it('integers are not', () => {
    expect(isPrunable('position_ids', tf.zeros([1, 4], 'int32'))).toBe(false);
  });
});
