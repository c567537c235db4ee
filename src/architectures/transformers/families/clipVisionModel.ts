import { fixedParts } from '../fixedParts';
import type { Transformer } from '../transformer';
import { towerSizes, visionTower } from './clipTowers';

const { positions, pixels, labels } = fixedParts;

/** The vision tower of CLIP, with or without its projection. */
export const clipVisionModel: Transformer = {
  types: ['clip_vision_model'],
  networks: "CLIP's vision tower",
  prefixes: ['vision_model.', ''],
  sizes: (config) => towerSizes('vision', config, { heads: 12, layers: 12 }),
  groups: { 'vision.heads.#': 'visionHeads' },
  fixed: { positions, pixels, labels },
  blocks: visionTower(''),
  outside: { 'visual_projection.weight': '? labels vision' },
  forms: [{ classes: ['CLIPVisionModel'], outputs: ['vision'] }],
};
