import type { Architecture } from '../architecture';
import { type MobileNetwork, mobileSpec } from './mobileSpec';
import { numbersUnder } from './numbersUnder';
import { sequentialLayers } from './sequentialLayers';

/** EfficientNet and EfficientNetV2 with torchvision's names, of any width and depth. */
export const efficientnet: Architecture = {
  name: 'efficientnet',
  networks:
    'efficientnet_b0 … efficientnet_b7 and efficientnet_v2_s … efficientnet_v2_l, as in torchvision',
  candidates({ shapes }) {
    const stages = numbersUnder(shapes, 'features').filter((at) =>
      Object.hasOwn(shapes, `features.${at}.0.block.0.0.weight`),
    );
    if (stages.length === 0) return [];
    const features = sequentialLayers(shapes, 'features');
    const network: MobileNetwork = {
      stem: features.slice(0, 1),
      blocks: stages.flatMap((stage, i) =>
        numbersUnder(shapes, `features.${stage}`).map((block) => ({
          layers: sequentialLayers(shapes, `features.${stage}.${block}.block`),
          stride: block === 0 ? (STRIDES[i] ?? null) : 1,
        })),
      ),
      last: features.slice(1),
      classifier: ['classifier.1'],
    };
    return [{ name: 'efficientnet', spec: () => mobileSpec(network, shapes) }];
  },
};

/**
 * The first stride of each stage. Table 1 of Tan and Le, EfficientNet (2019), and table 4 of EfficientNetV2 (2021)
 * have the same; the small network of the second has no last stage.
 */
const STRIDES = [1, 2, 2, 2, 1, 2, 1];
