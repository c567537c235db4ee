import { invalid } from '../../errors';
import type { Shapes } from '../../params/internal';
import { batchNormalisation, convolution, dense, type Patterns } from '../presets/layout';
import { groupedConvolution } from './groupedConvolution';
import { normalisedConvolution } from './normalisedConvolution';
import type { ResnetBlock } from './resnetForm';
import { shapeOf } from './shapeOf';

/** The residual streams around a block. */
interface Streams {
  readonly input: string;
  readonly output: string;
  /** True if the batch normalisation of a layer comes before its convolution. */
  readonly preActivation: boolean;
}

/** The patterns of a block, and the numbers of groups of its convolutions, for `sizes` of the spec. */
export function residualBlock(shapes: Shapes, block: ResnetBlock, streams: Streams) {
  const { input, output, preActivation } = streams;
  const { items, relation, sizes } = innerChannels(shapes, block);
  const patterns: Patterns = {
    ...layerPatterns(block, [input, ...items, output], relation, preActivation),
    ...gatePatterns(shapes, block, output),
    ...(block.shortcut === null ? {} : normalisedConvolution(block.shortcut, input, output)),
  };
  return { patterns, sizes };
}

/** The channels between the layers of a block, and the inputs of one group of its second convolution. */
function innerChannels(shapes: Shapes, { layers, prefix, stage, index }: ResnetBlock) {
  const block = `stage${stage}.block${index}`;
  const outputsOf = (conv: string) => shapeOf(shapes, `${conv}.weight`, 4)[0];
  const names = layers.slice(0, -1).map((_, i) => `${block}.conv${i + 1}`);
  const divided = layers.filter(({ conv }, i) => {
    if (i === 0) return false;
    return shapeOf(shapes, `${conv}.weight`, 4)[1] !== outputsOf(layers[i - 1].conv);
  });
  if (divided.length === 0) return { items: names, relation: null, sizes: {} };
  const [{ conv }] = divided;
  if (divided.length > 1 || conv !== `${prefix}conv2` || layers.length < 3) {
    throw invalid(
      `convolution '${conv}' has other inputs than the outputs of the one before it`,
      'Derive the spec with traceSpec or from an ONNX file',
      { param: `${conv}.weight`, received: shapes[`${conv}.weight`] },
    );
  }
  const [input, output, ...others] = names;
  const grouped = groupedConvolution(
    { input, output, blocks: `${block}.groups` },
    shapes[`${conv}.weight`],
    outputsOf(layers[0].conv),
  );
  return { ...grouped, items: [grouped.input, grouped.output, ...others] };
}

/**
 * @param channels - The channels before, between and after the layers.
 * @param relation - The inputs of the second convolution, if it has groups.
 */
function layerPatterns(
  { layers }: ResnetBlock,
  channels: readonly string[],
  relation: string | null,
  preActivation: boolean,
): Patterns {
  return Object.assign(
    {},
    ...layers.map((layer, i) => {
      const input = i === 1 && relation !== null ? relation : channels[i];
      if (!preActivation) return normalisedConvolution(layer, input, channels[i + 1]);
      return {
        ...(layer.norm === null ? {} : batchNormalisation('pytorch', layer.norm, channels[i])),
        ...convolution('pytorch', layer.conv, input, channels[i + 1]),
      };
    }),
  );
}

/** The patterns of a squeeze-and-excitation: dense layers, which may be written as 1 × 1 convolutions. */
function gatePatterns(
  shapes: Shapes,
  { gate, stage, index }: ResnetBlock,
  units: string,
): Patterns {
  if (gate === null) return {};
  const [reduce, expand] = gate;
  const hidden = `stage${stage}.block${index}.gate`;
  const layer = shapes[`${reduce}.weight`].length === 4 ? convolution : dense;
  return { ...layer('pytorch', reduce, units, hidden), ...layer('pytorch', expand, hidden, units) };
}
