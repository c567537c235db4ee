import type { Architecture } from '../architecture';
import type { MobileLayer } from './mobileLayer';
import { type MobileNetwork, mobileSpec } from './mobileSpec';
import { numbersUnder } from './numbersUnder';
import { timmLayers } from './timmLayers';

/** Networks of inverted residuals with timm's names. */
export const timmMobile: Architecture = {
  name: 'timm_mobile',
  networks: 'mobilenetv2, mobilenetv3, mnasnet, efficientnet and efficientnetv2, as in timm',
  candidates({ shapes }) {
    if (!('conv_stem.weight' in shapes)) return [];
    const layer = (conv: string, norm: string): MobileLayer[] =>
      `${conv}.weight` in shapes
        ? [{ kind: 'convolution', conv, norm: `${norm}.weight` in shapes ? norm : null }]
        : [];
    const network: MobileNetwork = {
      stem: layer('conv_stem', 'bn1'),
      blocks: numbersUnder(shapes, 'blocks').flatMap((stage) =>
        numbersUnder(shapes, `blocks.${stage}`).map((block) => ({
          layers: timmLayers(shapes, `blocks.${stage}.${block}`),
          // The first block of a stage has another stride in each network.
          stride: block === 0 ? null : 1,
        })),
      ),
      last: layer('conv_head', 'bn2'),
      classifier: ['classifier'],
    };
    return [{ name: 'timm_mobile', spec: () => mobileSpec(network, shapes) }];
  },
};
