import { invalid } from '../../../errors';
import type { ModelConfig } from '../../architecture';
import { fixedParts } from '../fixedParts';
import type { Transformer } from '../transformer';
import { clipTextTower } from './clipTextTower';
import { clipTowerSizes } from './clipTowerSizes';
import { clipVisionTower } from './clipVisionTower';

const { vocab, positions, pixels } = fixedParts;

/** CLIP with both towers. Only products of the projections leave the network, so the projected units may move. */
export const clip: Transformer = {
  types: ['clip'],
  networks: 'CLIP',
  prefixes: [''],
  sizes: (config) => ({
    ...clipTowerSizes('text', configOf('text_config', config)),
    ...clipTowerSizes('vision', configOf('vision_config', config)),
  }),
  groups: { 'text.heads.#': 'textHeads', 'vision.heads.#': 'visionHeads' },
  fixed: { vocab, positions, pixels },
  blocks: [
    { params: { logit_scale: '' } },
    ...clipTextTower('text_model.'),
    ...clipVisionTower('vision_model.'),
    {
      params: {
        'visual_projection.weight': 'projected> >vision',
        'text_projection.weight': 'projected> >text',
      },
    },
  ],
};

function configOf(key: string, config: ModelConfig): ModelConfig {
  const own = config[key];
  if (typeof own === 'object' && own !== null) return own as ModelConfig;
  throw invalid(
    `the configuration has no '${key}'`,
    "Pass the config.json of the network; that of one tower has model_type 'clip_text_model' or 'clip_vision_model'",
    { param: key, received: own },
  );
}
