import type { Shapes } from '../../params/internal';
import { type PermutationSpec, permutationSpec } from '../../symmetry';
import { fixGroups } from '../fixGroups';
import { batchNormalisation, dense, flattened, type Patterns } from '../presets/layout';
import { normalisedConvolution } from './normalisedConvolution';
import { residualBlock } from './residualBlock';
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
  let [channels] = shapeOf(shapes, `${stem.at(-1)?.conv ?? 'conv1'}.weight`, 4);
  for (const block of blocks) {
    const outputs = outputsOf(shapes, block);
    const isPadded = block.shortcut === null && outputs !== channels;
    const output = block.shortcut || isPadded ? streamAfter(block) : stream;
    if (isPadded) {
      padding.push(block);
      uncertain.add(stream).add(output);
    }
    const own = residualBlock(shapes, block, { input: stream, output, preActivation });
    Object.assign(patterns, own.patterns);
    Object.assign(sizes, own.sizes);
    [stream, channels] = [output, outputs];
  }
  if (lastNorm !== null) Object.assign(patterns, batchNormalisation('pytorch', lastNorm, stream));
  const features = shapeOf(shapes, `${head}.weight`, 2)[1];
  const isFlattened = features !== channels; // the image has several pixels
  Object.assign(
    patterns,
    dense('pytorch', head, isFlattened ? flattened('pytorch', stream) : stream, '_'),
  );
  return fixGroups(permutationSpec(patterns, { sizes }), uncertain, reasons(padding));
}

function outputsOf(shapes: Shapes, { layers, prefix }: ResnetBlock): number {
  return shapeOf(shapes, `${layers.at(-1)?.conv ?? `${prefix}conv1`}.weight`, 4)[0];
}

function streamAfter({ stage, index }: ResnetBlock): string {
  return index === 1 ? `stage${stage}` : `stage${stage}.block${index}`;
}

function stemPatterns(stem: readonly ResnetLayer[]): Patterns {
  const groups = stem.map((_, i) => (i === stem.length - 1 ? 'stem' : `stem.conv${i + 1}`));
  return Object.assign(
    {},
    ...stem.map((layer, i) =>
      normalisedConvolution(layer, i === 0 ? '_' : groups[i - 1], groups[i]),
    ),
  );
}

function reasons(padding: readonly ResnetBlock[]) {
  const blocks = padding.map(({ prefix }) => prefix.slice(0, -1)).join(', ');
  return {
    why: 'a shortcut without parameters adds channels to it, in an order that names and shapes do not show',
    warning: `the residual streams around ${blocks} are fixed: their shortcuts have no parameters and add channels of zeros. Name the family to permute the streams, too: resnet_pad_both if half of the zeros come before the channels and half after them, resnet_pad_end if all come after them`,
  };
}
