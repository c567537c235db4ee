import type { Patterns } from '../presets/layout';

/** The patterns of a layer normalisation with PyTorch's names. */
export function layerNormalisation(name: string, units: string): Patterns {
  return { [`${name}.weight`]: `? ${units}>`, [`${name}.bias`]: `? ${units}>` };
}
