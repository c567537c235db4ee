import { explainSpec, InvalidInputError, type ModelConfig } from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { recogniseShapes } from '../../../src/architectures/internal';
import { recognisedWithout } from '../../support/architectures/recognisedWithout';
import { timmVit } from '../../support/architectures/timmNames';
import { torchvisionShapes } from '../../support/architectures/torchvisionFixtures';

describe('a vision transformer that is not a published one', () => {
  const last = 'encoder.layers.encoder_layer_11.';
  const query = 'encoder.layers.encoder_layer_0.self_attention.in_proj_weight';

  it('has fixed attention dimensions, and says why', () => {
    const [{ spec }] = recognisedWithout(last, 'vit_b_16').found;
    expect(spec.params[query].axes[0]).toEqual({ kind: 'fixed', size: null });
    expect(explainSpec(spec)).toMatch(/the number of heads is not known: .*in_proj_weight\[0\]/);
    expect(spec.derivation?.warnings.join()).toMatch(/num_attention_heads/);
  });

  it('has heads if its configuration tells them', () => {
    const [{ spec }] = recognisedWithout(last, 'vit_b_16', { num_attention_heads: 8 }).found;
    const heads = spec.groups.filter(({ name }) => name.endsWith('.heads'));
    expect(heads.map(({ size }) => size)).toEqual(Array(11).fill(8));
    expect(spec.derivation).toBeUndefined();
  });

  it('is refused if the heads do not divide its width', () => {
    const { found, refused } = recognisedWithout(last, 'vit_b_16', { num_attention_heads: 7 });
    expect(found).toEqual([]);
    const { reason } = refused.find(({ name }) => name === 'vit')!;
    expect(reason).toBeInstanceOf(InvalidInputError);
    expect(reason.problem).toMatch(/7 attention heads, which do not divide the width 768/);
  });
});

describe('a vision transformer without a head', () => {
  it('has a fixed stream, which is its output', () => {
    const [{ spec }] = recognisedWithout('heads.', 'vit_b_16').found;
    expect(spec.params['encoder.ln.weight'].axes).toEqual([{ kind: 'fixed', size: null }]);
    expect(spec.groups.map(({ name }) => name)).not.toContain('stream');
    expect(explainSpec(spec)).toMatch(
      /no head, so it reaches the output: .*encoder\.ln\.weight\[0\]/,
    );
  });
});

describe("a vision transformer with timm's names", () => {
  const shapes = Object.fromEntries(
    Object.entries(torchvisionShapes().vit_b_16).map(([name, shape]) => [timmVit(name), shape]),
  );
  const warningsWith = (config: ModelConfig | null) =>
    recogniseShapes({ shapes, config }).found[0].spec.derivation?.warnings;

  it('has the published number of heads, with a warning', () => {
    expect(warningsWith(null)?.join()).toMatch(/It is that of the published network/);
    expect(warningsWith({ num_heads: 12 })).toBeUndefined();
  });
});

describe('a vision transformer of torchvision', () => {
  it('may have the names of the published files', () => {
    const renamed = Object.entries(torchvisionShapes().vit_b_16).map(([name, shape]) => [
      name.replace('mlp.0', 'mlp.linear_1').replace('mlp.3', 'mlp.linear_2'),
      shape,
    ]);
    const { found } = recogniseShapes({ shapes: Object.fromEntries(renamed), config: null });
    expect(found.map(({ family }) => family)).toEqual(['vit']);
    expect(found[0].spec.groups).toHaveLength(1 + 12 * 4);
  });
});
