/** The channels around a convolution, which may be divided into groups. */
export interface GroupedChannels {
  /** The pattern item of the channels before the convolution. */
  readonly input: string;
  /** The pattern item of the channels after it. */
  readonly output: string;
  /** The pattern item of the second axis of its weight: the inputs of one group. */
  readonly relation: string;
  /** The number of groups, for `sizes` of the spec; empty if there is one, or one for each channel. */
  readonly sizes: Readonly<Record<string, number>>;
}

/**
 * The channels of a convolution with the weight `[outputs, inputs of a group, …]`: blocks of channels are permuted as
 * wholes, and the channels inside each block.
 *
 * @param names - Names of groups: of the channels before and after the convolution, and of the blocks.
 * @param inputs - The number of channels before the convolution.
 */
export function groupedConvolution(
  names: { readonly input: string; readonly output: string; readonly blocks: string },
  weight: readonly number[],
  inputs: number,
): GroupedChannels {
  const [outputs, relation] = weight;
  const { input, output, blocks } = names;
  const count = inputs / relation;
  if (count === 1) return { input, output, relation: input, sizes: {} };
  if (relation === 1 && outputs === inputs) {
    return { input, output: input, relation: '_', sizes: {} };
  }
  return {
    input: `(${blocks} ${input}[${blocks}])`,
    output: `(${blocks} ${output}[${blocks}])`,
    relation: `${input}[${blocks}]`,
    sizes: { [blocks]: count },
  };
}
