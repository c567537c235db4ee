import type { Shapes } from '../../params/internal';
import type { MobileLayer } from './mobileLayer';

/**
 * The layers of a block with timm's names: an inverted residual (`conv_pw`, `conv_dw`, `conv_pwl`), one whose first
 * two convolutions are fused (`conv_exp`, `conv_pwl`), a depthwise separable convolution (`conv_dw`, `conv_pw`), or a
 * single one (`conv`). The batch normalisations `bn1` … follow in the same order.
 */
export function timmLayers(shapes: Shapes, block: string): MobileLayer[] {
  const order = `${block}.conv_pwl.weight` in shapes ? PROJECTED : SEPARABLE;
  const layers = order
    .filter((conv) => `${block}.${conv}.weight` in shapes)
    .map((conv, i) => ({
      kind: 'convolution' as const,
      conv: `${block}.${conv}`,
      norm: `${block}.bn${i + 1}`,
    }));
  if (!(`${block}.se.conv_reduce.weight` in shapes)) return layers;
  const reduce = `${block}.se.conv_reduce`;
  const expand = `${block}.se.conv_expand`;
  return [...layers.slice(0, -1), { kind: 'excitation', reduce, expand }, ...layers.slice(-1)];
}

const PROJECTED = ['conv_exp', 'conv_pw', 'conv_dw', 'conv_pwl'];
const SEPARABLE = ['conv', 'conv_dw', 'conv_pw'];
