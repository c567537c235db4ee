import type { Convolution } from '../../layerNorm/layerNormNetwork';
import { convolver } from './convolver';
import { kernelGradient } from './kernelGradient';
import type { Maps } from './maps';
import { normalisation } from './normalisation';
import { type PlanOptions, parameterAt, reserveMaps } from './planOptions';
import type { LayerSteps } from './steps';
import { backwardTable, forwardTable, type Geometry, outputSize } from './tapTables';

/**
 * A convolution and its layer normalisation. A shortcut is given the gradient of its output (that of the sum, with
 * the branch's), and adds to the gradient of its input, which the branch has written.
 */
export function convolutionSteps(
  options: PlanOptions,
  convolution: Convolution,
  input: Maps,
  sumGradient?: number,
): LayerSteps {
  const { conv, kernel, stride, inputs, channels } = convolution;
  const { kernels } = options;
  if (channels % 4 !== 0)
    throw new Error(`'${conv}' has ${channels} channels: not a multiple of 4`);
  const geometry: Geometry = { kernel, stride, inputs, channels, size: input.size };
  const sizes = { size: outputSize(geometry), channels };
  // The convolution's output, then the normalised maps, then the gradient of the convolution's output.
  const inner = reserveMaps({ ...options, gradient: null }, sizes).address;
  const made = reserveMaps(options, sizes);
  const output = sumGradient === undefined ? made : { ...made, gradient: sumGradient };
  const weight = parameterAt(options, `${conv}.weight`);
  const norm = normalisation(options, convolution, inner, output);
  const forward = convolver(kernels, {
    ...{ table: forwardTable(geometry), input: input.address, weights: weight.value },
    ...{ output: inner, inputMaps: input, outputMaps: output, kernel, accumulate: false },
  });
  const inputGradient =
    options.gradient !== null && input.gradient
      ? inputGradientOf(options, geometry, weight.value, inner, input, sumGradient !== undefined)
      : null;
  const addKernelGradient =
    options.gradient === null
      ? null
      : kernelGradient(options, geometry, input, inner, weight.gradient);
  return {
    output,
    forward: (blocks) => {
      forward(blocks);
      norm.forward(blocks);
    },
    backward: (blocks) => {
      norm.backward(blocks);
      addKernelGradient?.(blocks);
      inputGradient?.backward(blocks);
    },
    transpose: () => inputGradient?.transpose(),
  };
}

/** The gradient of the input: a convolution of that of the output, at `inner`, with the transposed kernel. */
function inputGradientOf(
  { kernels }: PlanOptions,
  geometry: Geometry,
  weights: number,
  inner: number,
  input: Maps,
  accumulate: boolean,
) {
  const { kernel, inputs, channels } = geometry;
  const transposed = kernels.reserve(4 * channels * inputs * kernel ** 2);
  const outputMaps = { size: outputSize(geometry), channels };
  return {
    backward: convolver(kernels, {
      ...{ table: backwardTable(geometry), input: inner, weights: transposed },
      ...{ output: input.gradient, inputMaps: outputMaps, outputMaps: input, kernel, accumulate },
    }),
    transpose: () =>
      kernels.call.transposeKernel(weights, transposed, kernel ** 2, inputs, channels),
  };
}
