import { invalid } from '../../errors';
import { type Shapes, sizeOf } from '../../params/internal';
import { concatenation } from './concatenation';

/**
 * The pattern item of images that a convolution with PyTorch's names reads, concatenated. Throws unless its weight has
 * an element for each of them: the names of a file may claim any number.
 */
export function concatenationFor(shapes: Shapes, conv: string, images: readonly string[]): string {
  const weight = `${conv}.weight`;
  const shape = Object.hasOwn(shapes, weight) ? shapes[weight] : [0];
  if (sizeOf(shape) >= images.length) return concatenation(images);
  throw invalid(
    `'${weight}', of shape [${shape}], cannot read the ${images.length} images that are concatenated before it`,
    'Derive the spec with traceSpec or from an ONNX file',
    { param: weight, received: shape },
  );
}
