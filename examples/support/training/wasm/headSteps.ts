import type { LayerNormNetwork } from '../../layerNorm/layerNormNetwork';
import { type Maps, strideOf, VALUE } from './maps';
import { type PlanOptions, parameterAt } from './planOptions';
import type { Steps } from './steps';

/** The steps of the head, and the addresses of the logits [blocks, classes, 8] and of their gradients. */
export interface HeadSteps extends Steps {
  readonly logits: number;
  readonly logitGradients: number;
}

/** The mean over height and width, and the dense layer `fc`. */
export function headSteps(
  options: PlanOptions,
  { classes }: LayerNormNetwork,
  input: Maps,
): HeadSteps {
  const { kernels, blocks } = options;
  const { call } = kernels;
  const { size, channels } = input;
  const [weight, bias] = [parameterAt(options, 'fc.weight'), parameterAt(options, 'fc.bias')];
  const [from, features, out] = [strideOf(input), VALUE * channels, VALUE * classes];
  const [mean, meanGradient] = [0, 1].map(() => kernels.reserve(features * blocks));
  const [logits, logitGradients] = [0, 1].map(() => kernels.reserve(out * blocks));
  return {
    logits,
    logitGradients,
    forward: (count) => {
      for (let i = 0; i < count; i++) {
        const at = mean + i * features;
        call.averagePixels(input.address + i * from, at, size ** 2, channels);
        call.dense(at, weight.value, bias.value, logits + i * out, channels, classes);
      }
    },
    backward: (count) => {
      for (let i = 0; i < count; i++) {
        const [x, dx, dy] = [mean, meanGradient, logitGradients];
        call.denseGradient(
          ...[x + i * features, weight.value, dy + i * out, weight.gradient, bias.gradient],
          ...[dx + i * features, channels, classes],
        );
        call.spreadGradient(dx + i * features, input.gradient + i * from, size ** 2, channels);
      }
    },
    transpose: () => {},
  };
}
