import type { Shapes } from '../../params/internal';
import type { Architecture } from '../architecture';
import { residualSpec } from './residualSpec';
import { type ResnetBlock, type ResnetForm, resnetForm } from './resnetForm';

/**
 * Residual networks with torchvision's names, timm's or those of networks for CIFAR. The blocks of each stage are
 * counted from names such as `layer2.0.conv1.weight`.
 */
export const resnet: Architecture = {
  name: 'resnet',
  networks:
    'resnet18 … resnet152, wide_resnet and resnext, as in torchvision; ResNets of timm and for CIFAR',
  candidates({ shapes }) {
    const form = resnetForm(shapes);
    if (form === null) return [];
    return [{ name: nameOf(shapes, form), spec: () => residualSpec(shapes, form) }];
  },
};

/** The name of the network: the blocks of its stages, and what differs from the usual. */
function nameOf(shapes: Shapes, { blocks, preActivation }: ResnetForm): string {
  const stages = blocks.filter(({ index }) => index === 1);
  const sizes = new Map<number, number>();
  for (const { stage } of blocks) sizes.set(stage, (sizes.get(stage) ?? 0) + 1);
  const counts = stages.map(({ stage }) => sizes.get(stage)!);
  const isBottleneck = blocks[0].layers.length === 3;
  const projections = stages.map(({ shortcut }) => shortcut !== null);
  const isUsual = projections.every((has, i) => has === (isBottleneck || i > 0));
  const groups = groupsOf(shapes, blocks[0]);
  return [
    `resnet:${counts}`,
    ...(isBottleneck ? ['bottleneck'] : []),
    ...(groups > 1 ? [`groups=${groups}`] : []),
    ...(preActivation ? ['preactivation'] : []),
    ...(isUsual ? [] : [`projections=${projections.map((has) => (has ? 'yes' : 'no'))}`]),
  ].join(':');
}

/** The number of groups of the second convolution. */
function groupsOf(shapes: Shapes, { layers }: ResnetBlock): number {
  const [first, second] = layers.map(({ conv }) => shapes[`${conv}.weight`]);
  return second === undefined ? 1 : first[0] / second[1];
}
