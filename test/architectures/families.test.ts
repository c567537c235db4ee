import { explainSpec, InvalidInputError, type ModelConfig } from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { recogniseShapes } from '../../src/architectures/internal';
import { torchvisionShapes } from '../support/architectures/torchvisionFixtures';

const shapes = torchvisionShapes();

/** The recognition of a model of torchvision that lacks the parameters whose names begin so. */
function recognised(model: string, lacking: string, config: ModelConfig | null = null) {
  const kept = Object.entries(shapes[model]).filter(([name]) => !name.startsWith(lacking));
  return recogniseShapes({ shapes: Object.fromEntries(kept), config });
}

describe('a vision transformer that is not a published one', () => {
  const last = 'encoder.layers.encoder_layer_11.';
  const query = 'encoder.layers.encoder_layer_0.self_attention.in_proj_weight';

  it('has fixed attention dimensions, and says why', () => {
    const [{ spec }] = recognised('vit_b_16', last).found;
    expect(spec.params[query].axes[0]).toEqual({ kind: 'fixed', size: null });
    expect(explainSpec(spec)).toMatch(/the number of heads is not known: .*in_proj_weight\[0\]/);
    expect(spec.derivation?.warnings.join()).toMatch(/num_attention_heads/);
  });

  it('has heads if its configuration tells them', () => {
    const [{ spec }] = recognised('vit_b_16', last, { num_attention_heads: 8 }).found;
    const heads = spec.groups.filter(({ name }) => name.endsWith('.heads'));
    expect(heads.map(({ size }) => size)).toEqual(Array(11).fill(8));
    expect(spec.derivation).toBeUndefined();
  });

  it('is refused if the heads do not divide its width', () => {
    const { found, refused } = recognised('vit_b_16', last, { num_attention_heads: 7 });
    expect(found).toEqual([]);
    const { reason } = refused.find(({ name }) => name === 'vit')!;
    expect(reason).toBeInstanceOf(InvalidInputError);
    expect(reason.problem).toMatch(/7 attention heads, which do not divide the width 768/);
  });
});

describe('a network of inverted residuals', () => {
  const streamOf = (model: string, block: string, lacking = '-') => {
    const [{ spec }] = recognised(model, lacking).found;
    return spec.params[`features.${block}.weight`].axes[0];
  };

  it('does not add the input of a block with stride 2 that keeps the number of channels', () => {
    expect(streamOf('mobilenet_v3_small', '1.block.2.0')).not.toEqual(
      streamOf('mobilenet_v3_small', '0.0'),
    );
  });

  it('is taken to add it where the strides are not known, with a warning', () => {
    const lacking = 'features.11.';
    expect(streamOf('mobilenet_v3_small', '1.block.2.0', lacking)).toEqual(
      streamOf('mobilenet_v3_small', '0.0', lacking),
    );
    const [{ spec }] = recognised('mobilenet_v3_small', lacking).found;
    expect(spec.derivation?.warnings.join()).toMatch(/do not show strides/);
  });
});

describe('relative positions', () => {
  it.each(['swin_t', 'swin_v2_t', 'maxvit_t'])('of %s are fixed, with the reason', (model) => {
    const [{ spec }] = recognised(model, '-').found;
    expect(explainSpec(spec)).toMatch(/(runs along|meets the coordinates of) relative positions: /);
  });
});
