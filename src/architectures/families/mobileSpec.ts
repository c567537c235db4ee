import type { Shapes } from '../../params/internal';
import { type PermutationSpec, permutationSpec } from '../../symmetry';
import { batchNormalisation, convolution, dense, type Patterns } from '../presets/layout';
import { withReasons } from '../withReasons';
import type { MobileLayer } from './mobileLayer';
import { squeezeExcitation } from './squeezeExcitation';

/** The layers of a network of inverted residuals. */
export interface MobileNetwork {
  readonly stem: readonly MobileLayer[];
  readonly blocks: readonly MobileBlock[];
  /** The layers between the blocks and the mean over positions. */
  readonly last: readonly MobileLayer[];
  /** The dense layers at the end. */
  readonly classifier: readonly string[];
}

/** An inverted residual. */
interface MobileBlock {
  readonly layers: readonly MobileLayer[];
  /** The stride of the published network. Null if the network is not a published one. */
  readonly stride: number | null;
}

/**
 * The spec of a network of inverted residuals. A block adds its input to its output where its stride is 1 and both
 * have as many channels. The shapes do not show strides. Where the stride is unknown, a block that keeps the number
 * of channels is taken to add its input: a spec with fewer groups, which holds in either case.
 */
export function mobileSpec(network: MobileNetwork, shapes: Shapes): PermutationSpec {
  const patterns: Patterns = {};
  const walk = (layers: readonly MobileLayer[], input: string, output?: string) =>
    addLayers(patterns, shapes, layers, input, output);
  let stream = walk(network.stem, '_');
  for (const { layers, stride } of network.blocks) {
    const adds = stride !== 2 && keepsChannels(layers, shapes);
    stream = walk(layers, stream, adds ? stream : undefined);
  }
  let features = walk(network.last, stream);
  network.classifier.forEach((name, i) => {
    const units = i + 1 === network.classifier.length ? '_' : name;
    Object.assign(patterns, dense('pytorch', name, features, units));
    features = units;
  });
  return withReasons(permutationSpec(patterns), { warnings: warningsAbout(network, shapes) });
}

/** @returns The group of the layers' output: `output`, or a group with the name of the last convolution. */
function addLayers(
  patterns: Patterns,
  shapes: Shapes,
  layers: readonly MobileLayer[],
  input: string,
  output?: string,
): string {
  const last = layers.findLast(({ kind }) => kind === 'convolution');
  let units = input;
  for (const layer of layers) {
    if (layer.kind === 'excitation') {
      Object.assign(patterns, squeezeExcitation(layer.reduce, layer.expand, units));
      continue;
    }
    const { conv, norm } = layer;
    const isDepthwise = shapes[`${conv}.weight`][1] === 1;
    const from = isDepthwise ? '_' : units;
    if (!isDepthwise) units = layer === last && output !== undefined ? output : conv;
    Object.assign(patterns, convolution('pytorch', conv, from, units));
    if (norm !== null) Object.assign(patterns, batchNormalisation('pytorch', norm, units));
  }
  return units;
}

function keepsChannels(layers: readonly MobileLayer[], shapes: Shapes): boolean {
  const weights = layers.flatMap((each) =>
    each.kind === 'convolution' ? [shapes[`${each.conv}.weight`]] : [],
  );
  const [output, input] = [weights[weights.length - 1]?.[0], weights[0]];
  return input !== undefined && output === (input[1] === 1 ? input[0] : input[1]);
}

function warningsAbout({ blocks }: MobileNetwork, shapes: Shapes): string[] {
  const has = (stride: number | null) =>
    blocks.some((block) => block.stride === stride && keepsChannels(block.layers, shapes));
  return [...(has(null) ? [UNKNOWN_STRIDES] : []), ...(has(2) ? [PUBLISHED_STRIDES] : [])];
}

const UNKNOWN_STRIDES =
  'Names and shapes do not show strides. Each block that keeps the number of channels is taken to add its input to its ' +
  'output. Where one has stride 2, there are more symmetries than the spec has.';

const PUBLISHED_STRIDES =
  'Names and shapes do not show strides. They are taken from the published network, in which a block keeps the number ' +
  'of channels but has stride 2 and does not add its input. If the strides were changed, the spec does not hold.';
