import { invalid } from '../../errors';
import type { Shapes } from '../../params/internal';
import { type PermutationSpec, permutationSpec } from '../../symmetry';
import { fixGroups } from '../fixGroups';
import {
  batchNormalisation,
  convolution,
  dense,
  flattened,
  type Patterns,
} from '../presets/layout';
import { groupedConvolution } from './groupedConvolution';
import type { ResnetBlock, ResnetForm, ResnetLayer } from './resnetForm';
import { shapeOf } from './shapeOf';

/**
 * The spec of a residual network. The residual stream is one group from one projection to the next, as in
 * `resnetSpec`. Where a shortcut without parameters adds channels, the streams before and after it are fixed: names and
 * shapes do not show which channels it adds to which.
 */
export function residualSpec(shapes: Shapes, form: ResnetForm): PermutationSpec {
  const { stem, blocks, preActivation, lastNorm, head } = form;
  const patterns = stemPatterns(stem);
  const sizes: Record<string, number> = {};
  const padding: ResnetBlock[] = [];
  const uncertain = new Set<string>();
  let stream = 'stem';
  let channels = outputsOf(shapes, stem.at(-1)?.conv ?? 'conv1');
  for (const block of blocks) {
    const inner = innerChannels(shapes, block);
    const outputs = outputsOf(shapes, `${block.prefix}conv${Math.max(1, block.layers.length)}`);
    const isPadded = block.shortcut === null && outputs !== channels;
    const output = block.shortcut || isPadded ? streamAfter(block) : stream;
    if (isPadded) {
      padding.push(block);
      uncertain.add(stream).add(output);
    }
    Object.assign(
      patterns,
      layerPatterns(block, [stream, ...inner.items, output], inner.relation, preActivation),
      gatePatterns(shapes, block, output),
      block.shortcut === null ? {} : normalised(block.shortcut, stream, output),
    );
    Object.assign(sizes, inner.sizes);
    [stream, channels] = [output, outputs];
  }
  Object.assign(patterns, norm(lastNorm, stream));
  const features = shapeOf(shapes, `${head}.weight`, 2)[1];
  const isFlattened = features !== channels; // the image has several pixels
  Object.assign(
    patterns,
    dense('pytorch', head, isFlattened ? flattened('pytorch', stream) : stream, '_'),
  );
  return fixGroups(permutationSpec(patterns, { sizes }), uncertain, reasons(padding));
}

function outputsOf(shapes: Shapes, conv: string): number {
  return shapeOf(shapes, `${conv}.weight`, 4)[0];
}

function streamAfter({ stage, index }: ResnetBlock): string {
  return index === 1 ? `stage${stage}` : `stage${stage}.block${index}`;
}

function stemPatterns(stem: readonly ResnetLayer[]): Patterns {
  const groups = stem.map((_, i) => (i === stem.length - 1 ? 'stem' : `stem.conv${i + 1}`));
  return Object.assign(
    {},
    ...stem.map((layer, i) => normalised(layer, i === 0 ? '_' : groups[i - 1], groups[i])),
  );
}

/** The channels between the layers of a block, and the inputs of one group of its second convolution. */
function innerChannels(shapes: Shapes, { layers, prefix, stage, index }: ResnetBlock) {
  const block = `stage${stage}.block${index}`;
  const names = layers.slice(0, -1).map((_, i) => `${block}.conv${i + 1}`);
  const divided = layers.filter(({ conv }, i) => {
    if (i === 0) return false;
    return shapeOf(shapes, `${conv}.weight`, 4)[1] !== outputsOf(shapes, layers[i - 1].conv);
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
    outputsOf(shapes, layers[0].conv),
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
      if (!preActivation) return normalised(layer, input, channels[i + 1]);
      return {
        ...norm(layer.norm, channels[i]),
        ...convolution('pytorch', layer.conv, input, channels[i + 1]),
      };
    }),
  );
}

function normalised(layer: ResnetLayer, input: string, output: string): Patterns {
  return { ...convolution('pytorch', layer.conv, input, output), ...norm(layer.norm, output) };
}

function norm(name: string | null, units: string): Patterns {
  return name === null ? {} : batchNormalisation('pytorch', name, units);
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

function reasons(padding: readonly ResnetBlock[]) {
  const blocks = padding.map(({ prefix }) => prefix.slice(0, -1)).join(', ');
  return {
    why: 'a shortcut without parameters adds channels to it, in an order that names and shapes do not show',
    warning: `the residual streams around ${blocks} are fixed: their shortcuts have no parameters and add channels of zeros. Name the family to permute the streams, too: resnet_pad_both if half of the zeros come before the channels and half after them, resnet_pad_end if all come after them`,
  };
}
