import type {
  Convolution,
  Layer,
  LayerNormNetwork,
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

function convolutionsIn(layer: Layer): readonly Convolution[] {
  if (layer.kind === 'convolution') return [layer];
  if (layer.kind === 'pooling') return [];
  return layer.shortcut === null ? layer.branch : [...layer.branch, layer.shortcut];
}

/** `conv3`, or the block of `blocks.3.conv1`. */
function nameOf({ conv }: Convolution): string {
  return /^(blocks\.\d+)\./.exec(conv)?.[1] ?? conv;
}
