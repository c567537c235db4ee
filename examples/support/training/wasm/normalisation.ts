import type { Convolution } from '../../layerNorm/layerNormNetwork';
import { BLOCK, type Maps, strideOf } from './maps';
import { type PlanOptions, parameterAt } from './planOptions';

/**
 * Calls of `normalise` and `normaliseGradient` from the convolution's output at `inner` to `output`. The gradient of
 * the convolution's output takes its place.
 */
export function normalisation(
  options: PlanOptions,
  { norm, relu }: Pick<Convolution, 'norm' | 'relu'>,
  inner: number,
  output: Maps,
) {
  const { call, reserve } = options.kernels;
  const [pixels, channels, stride] = [output.size ** 2, output.channels, strideOf(output)];
  const [scale, shift] = ['weight', 'bias'].map((leaf) => parameterAt(options, `${norm}.${leaf}`));
  const inverse = reserve(4 * BLOCK * options.blocks);
  return {
    forward: (blocks: number) => {
      for (let i = 0; i < blocks; i++) {
        const [x, y, r] = [
          inner + i * stride,
          output.address + i * stride,
          inverse + 4 * BLOCK * i,
        ];
        call.normalise(x, y, scale.value, shift.value, r, pixels, channels, Number(relu));
      }
    },
    backward: (blocks: number) => {
      for (let i = 0; i < blocks; i++) {
        call.normaliseGradient(
          ...[output.gradient + i * stride, output.address + i * stride, inner + i * stride],
          ...[scale.value, scale.gradient, shift.gradient, inverse + 4 * BLOCK * i],
          ...[pixels, channels, Number(relu)],
        );
      }
    },
  };
}
