import { batchNormalisation, convolution, type Patterns } from '../presets/layout';

/** The patterns of a convolution and of the batch normalisation after it, if it has one, with PyTorch's names. */
export function normalisedConvolution(
  { conv, norm }: { readonly conv: string; readonly norm: string | null },
  input: string,
  output: string,
): Patterns {
  return {
    ...convolution('pytorch', conv, input, output),
    ...(norm === null ? {} : batchNormalisation('pytorch', norm, output)),
  };
}
