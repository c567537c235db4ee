import type { Shapes } from '../../params/internal';
import type { Architecture } from '../architecture';
import type { Units } from '../trackedSpec';
import { trackUnits } from '../trackUnits';
import { byNumbers } from './byNumbers';
import {
  type TrackedNetwork,
  trackConvolution,
  trackDepthwise,
  trackHead,
} from './trackConvolution';

/**
 * ShuffleNet v2 with torchvision's names. A block computes one half of its channels anew and interleaves the halves,
 * so the layers after it read channels of several layers, mixed.
 */
export const shufflenet: Architecture = {
  name: 'shufflenet',
  networks: 'shufflenet_v2_x0_5 … shufflenet_v2_x2_0, as in torchvision',
  candidates({ shapes }) {
    const blocks = Object.keys(shapes)
      .flatMap((name) => /^(stage\d+\.\d+)\.branch2\.0\.weight$/.exec(name)?.[1] ?? [])
      .sort(byNumbers);
    if (blocks.length === 0) return [];
    return [{ name: 'shufflenet_v2', spec: () => specOf(shapes, blocks) }];
  },
};

/** @param blocks - The names of the blocks, in order. */
function specOf(shapes: Shapes, blocks: readonly string[]) {
  const network: TrackedNetwork = { shapes, tracker: trackUnits() };
  let image = trackConvolution(network, layer('conv1', 0), null);
  for (const block of blocks) {
    const hasStride = Object.hasOwn(shapes, `${block}.branch1.0.weight`);
    image = hasStride ? blockWithStride(network, block, image) : plainBlock(network, block, image);
  }
  const features = trackConvolution(network, layer('conv5', 0), image);
  trackHead(network.tracker, 'fc', features);
  return network.tracker.spec();
}

/** A block with a stride: two branches with the same input. */
function blockWithStride(network: TrackedNetwork, block: string, image: Units): Units {
  const pooled = trackDepthwise(network, layer(`${block}.branch1`, 0), image);
  const first = trackConvolution(network, layer(`${block}.branch1`, 2), pooled);
  return interleaved(first, changedBranch(network, block, image));
}

/** A block without a stride: half of the channels pass through. */
function plainBlock(network: TrackedNetwork, block: string, image: Units): Units {
  const half = image.length / 2;
  return interleaved(image.slice(0, half), changedBranch(network, block, image.slice(half)));
}

function changedBranch(network: TrackedNetwork, block: string, input: Units): Units {
  const branch = `${block}.branch2`;
  const wide = trackConvolution(network, layer(branch, 0), input);
  return trackConvolution(
    network,
    layer(branch, 5),
    trackDepthwise(network, layer(branch, 3), wide),
  );
}

/** The channels in the order a₀, b₀, a₁, b₁ …, which `channel_shuffle` of two groups makes. */
function interleaved(a: Units, b: Units): Units {
  return a.flatMap((unit, i) => [unit, ...b.slice(i, i + 1)]);
}

/** The convolution at this position of an `nn.Sequential`, and the batch normalisation after it. */
function layer(sequence: string, position: number) {
  return { conv: `${sequence}.${position}`, norm: `${sequence}.${position + 1}` };
}
