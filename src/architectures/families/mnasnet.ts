import type { Architecture } from '../architecture';
import { type MobileNetwork, mobileSpec } from './mobileSpec';
import { numbersUnder } from './numbersUnder';
import { sequentialLayers } from './sequentialLayers';

/** MNASNet with torchvision's names, of any width. */
export const mnasnet: Architecture = {
  name: 'mnasnet',
  networks: 'mnasnet0_5 … mnasnet1_3, as in torchvision',
  candidates({ shapes }) {
    const stages = numbersUnder(shapes, 'layers').filter((at) =>
      Object.hasOwn(shapes, `layers.${at}.0.layers.0.weight`),
    );
    if (stages.length === 0) return [];
    const strides = STRIDES.length === stages.length ? STRIDES : null;
    const layers = sequentialLayers(shapes, 'layers');
    const network: MobileNetwork = {
      stem: layers.slice(0, 3),
      blocks: stages.flatMap((stage, i) =>
        numbersUnder(shapes, `layers.${stage}`).map((block) => ({
          layers: sequentialLayers(shapes, `layers.${stage}.${block}.layers`),
          stride: block === 0 ? (strides?.[i] ?? null) : 1,
        })),
      ),
      last: layers.slice(3),
      classifier: ['classifier.1'],
    };
    return [{ name: 'mnasnet', spec: () => mobileSpec(network, shapes) }];
  },
};

/** The first stride of each stage: figure 7 of Tan et al., MnasNet (2019), variant B1. */
const STRIDES = [2, 2, 2, 1, 2, 1];
