import { fixedParts } from '../fixedParts';
import type { Transformer } from '../transformer';
import { clipTowerSizes } from './clipTowerSizes';
import { clipVisionTower } from './clipVisionTower';

const { positions, pixels, labels } = fixedParts;

/** The vision tower of CLIP, with or without its projection. */
export const clipVisionModel: Transformer = {
  types: ['clip_vision_model'],
  networks: "CLIP's vision tower",
  prefixes: ['vision_model.', ''],
  sizes: (config) => clipTowerSizes('vision', config),
  groups: { 'vision.heads.#': 'visionHeads' },
  fixed: { positions, pixels, labels },
  blocks: clipVisionTower(''),
  outside: { 'visual_projection.weight': '? labels >vision' },
  forms: [{ classes: ['CLIPVisionModel'], outputs: ['vision'] }],
};
