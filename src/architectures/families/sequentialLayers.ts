import type { Shapes } from '../../params/internal';
import type { MobileLayer } from './mobileLayer';
import { numbersUnder } from './numbersUnder';

/**
 * The layers of an `nn.Sequential` of torchvision: convolutions with their batch normalisations, which stand in a
 * `Sequential` of their own (`PREFIX.0.0`, `PREFIX.0.1`) or one after the other (`PREFIX.0`, `PREFIX.1`), and
 * squeeze-and-excitations. Other modules are left out.
 */
export function sequentialLayers(shapes: Shapes, prefix: string): MobileLayer[] {
  return numbersUnder(shapes, prefix).flatMap((at): MobileLayer[] => {
    const name = `${prefix}.${at}`;
    const isConvolution = (conv: string) => shapes[`${conv}.weight`]?.length === 4;
    if (`${name}.fc1.weight` in shapes) {
      return [{ kind: 'excitation', reduce: `${name}.fc1`, expand: `${name}.fc2` }];
    }
    if (isConvolution(`${name}.0`)) {
      return [{ kind: 'convolution', conv: `${name}.0`, norm: `${name}.1` }];
    }
    const norm = `${prefix}.${at + 1}`;
    return isConvolution(name) ? [{ kind: 'convolution', conv: name, norm }] : [];
  });
}
