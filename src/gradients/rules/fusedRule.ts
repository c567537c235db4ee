import { minimum, mul, step, type Tensor } from '@tensorflow/tfjs-core';
import { sumTo } from '../sumTo';
import { activationGradients } from './elementwiseRules';
import type { DifferentiatedCall, GradientRule, RuleOfAttrs } from './gradientRule';
import { preluSlope } from './preluSlope';
import { runKernel } from './runKernel';

/**
 * The rule of a kernel y = act(z + bias) that is fused with a bias and an activation.
 *
 * @param kernel - The name of the fused kernel.
 * @param plain - The rule of z.
 */
export function fusedRule(kernel: string, plain: GradientRule): RuleOfAttrs {
  return ({ activation = 'linear' }) => ({
    saves: 'all',
    savesOutput: activation !== 'linear' && (activation as string) in activationGradients,
    gradients(call) {
      const { bias, preluActivationWeights: alpha } = call.inputs;
      const { dz, dAlpha } = activationGradient(kernel, call);
      return {
        ...plain.gradients({ ...call, dy: dz, dys: [dz] }),
        bias: () => sumTo(dz, bias.shape),
        preluActivationWeights: () => sumTo(dAlpha!(), alpha.shape),
      };
    },
  });
}

/** The gradient by z + bias, and that by the slopes of a prelu. */
function activationGradient(
  kernel: string,
  call: DifferentiatedCall,
): { readonly dz: Tensor; readonly dAlpha?: () => Tensor } {
  const { dy, y, inputs, attrs } = call;
  const activation = (attrs.activation ?? 'linear') as string;
  if (activation in activationGradients) {
    return { dz: activationGradients[activation](dy, y, attrs) };
  }
  const z = preActivation(kernel, call);
  if (activation === 'leakyrelu') {
    return { dz: mul(dy, step(z, (attrs.leakyreluAlpha ?? 0.2) as number)) };
  }
  const alpha = inputs.preluActivationWeights;
  return { dz: mul(dy, preluSlope(z, alpha)), dAlpha: () => mul(dy, minimum(z, 0)) };
}

/** z + bias, computed again: the sign of y need not tell that of z. */
function preActivation(kernel: string, { inputs, attrs }: DifferentiatedCall): Tensor {
  const { preluActivationWeights: _, ...linear } = inputs;
  return runKernel(kernel, linear, { ...attrs, activation: 'linear' });
}
