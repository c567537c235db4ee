import type { Architecture } from '../architecture';
import { type MobileNetwork, mobileSpec } from './mobileSpec';
import { numbersUnder } from './numbersUnder';
import { sequentialLayers } from './sequentialLayers';

/** MobileNetV3 with torchvision's names, of any width. */
export const mobilenetV3: Architecture = {
  name: 'mobilenet_v3',
  networks: 'mobilenet_v3_large and mobilenet_v3_small, as in torchvision',
  candidates({ shapes }) {
    const blocks = numbersUnder(shapes, 'features').filter((at) =>
      Object.hasOwn(shapes, `features.${at}.block.0.0.weight`),
    );
    if (blocks.length === 0) return [];
    const strides = STRIDES.find(({ length }) => length === blocks.length);
    const features = sequentialLayers(shapes, 'features');
    const network: MobileNetwork = {
      stem: features.slice(0, 1),
      blocks: blocks.map((block, i) => ({
        layers: sequentialLayers(shapes, `features.${block}.block`),
        stride: strides?.[i] ?? null,
      })),
      last: features.slice(1),
      classifier: ['classifier.0', 'classifier.3'],
    };
    return [{ name: 'mobilenet_v3', spec: () => mobileSpec(network, shapes) }];
  },
};

/** The small and the large network: tables 2 and 1 of Howard et al., Searching for MobileNetV3 (2019). */
const STRIDES = [
  [2, 2, 1, 2, 1, 1, 1, 1, 2, 1, 1],
  [1, 2, 1, 2, 1, 1, 2, 1, 1, 1, 1, 1, 2, 1, 1],
];
