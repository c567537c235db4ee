import type { ConvolutionNames } from '../presets';
import { batchNormalisation, convolution, type Patterns } from '../presets/layout';

/** The patterns of a convolution and of the batch normalisation after it, with PyTorch's names. */
export function normalisedConvolution(
  { conv, norm }: ConvolutionNames,
  input: string,
  output: string,
): Patterns {
  return {
    ...convolution('pytorch', conv, input, output),
    ...batchNormalisation('pytorch', norm, output),
  };
}
