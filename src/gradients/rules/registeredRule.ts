import { getGradient, type Tensor } from '@tensorflow/tfjs-core';
import type { DifferentiatedCall, GradientRule } from './gradientRule';

/** The gradient that is registered with tfjs for a kernel, as a rule; undefined if there is none. */
export function registeredRule(kernel: string): GradientRule | undefined {
  const config = getGradient(kernel);
  if (!config) return undefined;
  const { inputsToSave = [], outputsToSave = [], saveAllInputs = false, gradFunc } = config;
  const savedOf = ({ inputs, outputs }: DifferentiatedCall): Tensor[] => [
    ...(saveAllInputs ? Object.values(inputs) : inputsToSave.map((name) => inputs[name])),
    ...outputs.filter((_, i) => outputsToSave[i]),
  ];
  return {
    saves: saveAllInputs ? 'all' : inputsToSave,
    savesOutput: outputsToSave.some(Boolean),
    gradients: (call) =>
      gradFunc(
        call.dys.length > 1 ? [...call.dys] : call.dy,
        savedOf(call),
        call.attrs as Parameters<typeof gradFunc>[2],
      ),
  };
}
