import type { Patterns } from '../presets/layout';
import { normalisedConvolution } from './normalisedConvolution';

/** The patterns of a `BasicConv2d` of torchvision's Inception networks, with a group of its name. */
export function basicConvolution(name: string, input: string): Patterns {
  return normalisedConvolution({ conv: `${name}.conv`, norm: `${name}.bn` }, input, name);
}
