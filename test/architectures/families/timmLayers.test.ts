import { describe, expect, it } from 'vitest';
import { timmLayers } from '../../../src/architectures/families/timmLayers';

/** The layers of a block with these convolutions, without the block's name: a convolution, or the word for a gate. */
function layersOf(...convolutions: string[]) {
  const shapes = Object.fromEntries(convolutions.map((name) => [`b.${name}.weight`, [1, 1, 1, 1]]));
  return timmLayers(shapes, 'b').map((layer) =>
    layer.kind === 'convolution' ? `${layer.conv} ${layer.norm}` : layer.kind,
  );
}

describe('timmLayers', () => {
  it('reads an inverted residual in the order of its computation', () => {
    expect(layersOf('se.conv_reduce', 'conv_pwl', 'conv_dw', 'conv_pw')).toEqual([
      'b.conv_pw b.bn1',
      'b.conv_dw b.bn2',
      'excitation',
      'b.conv_pwl b.bn3',
    ]);
  });

  it('reads a depthwise separable convolution, whose pointwise one is last', () => {
    expect(layersOf('conv_pw', 'conv_dw')).toEqual(['b.conv_dw b.bn1', 'b.conv_pw b.bn2']);
  });

  it('reads fused convolutions and single ones', () => {
    expect(layersOf('conv_exp', 'conv_pwl')).toEqual(['b.conv_exp b.bn1', 'b.conv_pwl b.bn2']);
    expect(layersOf('conv')).toEqual(['b.conv b.bn1']);
  });
});
