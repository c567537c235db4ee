import {
  type Convolution,
  convolutionsIn,
  type LayerNormNetwork,
} from '../../../support/layerNorm/layerNormNetwork';

/**
 * The layers of a network and the names of their parameters, in forward order: each convolution with its
 * normalisation, each residual block, and `fc`.
 */
export function layersByName({ layers }: LayerNormNetwork): Map<string, string[]> {
  const named = layers.flatMap((layer): [string, string[]][] => {
    const convolutions = convolutionsIn(layer);
    if (convolutions.length === 0) return [];
    const parameters = convolutions.flatMap(({ conv, norm }) => [
      ...[`${conv}.weight`, `${norm}.weight`, `${norm}.bias`],
    ]);
    return [[nameOf(convolutions[0]), parameters]];
  });
  return new Map([...named, ['fc', ['fc.weight', 'fc.bias']]]);
}

/** `conv3`, or the block of `blocks.3.conv1`. */
function nameOf({ conv }: Convolution): string {
  return /^(blocks\.\d+)\./.exec(conv)?.[1] ?? conv;
}
