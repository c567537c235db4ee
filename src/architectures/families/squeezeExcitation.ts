import { convolution, type Patterns } from '../presets/layout';

/**
 * The patterns of a squeeze-and-excitation of the channels `units`: its two 1 × 1 convolutions have a group between
 * them, and the output of the second scales the channels.
 *
 * @param units - A pattern item.
 */
export function squeezeExcitation(reduce: string, expand: string, units: string): Patterns {
  return {
    ...convolution('pytorch', reduce, units, reduce),
    ...convolution('pytorch', expand, reduce, units),
  };
}
