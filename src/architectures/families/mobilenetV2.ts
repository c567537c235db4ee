import type { Shapes } from '../../params/internal';
import type { Architecture } from '../architecture';
import { type MobileNetwork, mobileSpec } from './mobileSpec';
import { numbersUnder } from './numbersUnder';
import { sequentialLayers } from './sequentialLayers';

/** MobileNetV2 with torchvision's names, of any width. */
export const mobilenetV2: Architecture = {
  name: 'mobilenet_v2',
  networks: 'mobilenet_v2, as in torchvision',
  candidates({ shapes }) {
    const blocks = blocksOf(shapes);
    if (blocks.length === 0) return [];
    const strides = STRIDES.length === blocks.length ? STRIDES : null;
    const features = sequentialLayers(shapes, 'features');
    const network: MobileNetwork = {
      stem: features.slice(0, 1),
      blocks: blocks.map((block, i) => ({
        layers: sequentialLayers(shapes, `features.${block}.conv`),
        stride: strides?.[i] ?? null,
      })),
      last: features.slice(1),
      classifier: ['classifier.1'],
    };
    return [{ name: 'mobilenet_v2', spec: () => mobileSpec(network, shapes) }];
  },
};

/** Table 2 of Sandler et al., MobileNetV2: Inverted Residuals and Linear Bottlenecks (2018). */
const STRIDES = [1, 2, 1, 2, 1, 1, 2, 1, 1, 1, 1, 1, 1, 2, 1, 1, 1];

function blocksOf(shapes: Shapes): number[] {
  return numbersUnder(shapes, 'features').filter((at) =>
    Object.hasOwn(shapes, `features.${at}.conv.0.0.weight`),
  );
}
