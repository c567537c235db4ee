import { fixedParts } from '../fixedParts';
import type { Transformer } from '../transformer';
import { clipTextTower } from './clipTextTower';
import { clipTowerSizes } from './clipTowerSizes';

const { vocab, positions, labels } = fixedParts;

/** The text tower of CLIP, with or without its projection. */
export const clipTextModel: Transformer = {
  types: ['clip_text_model'],
  networks: "CLIP's text tower",
  prefixes: ['text_model.', ''],
  sizes: (config) => clipTowerSizes('text', config),
  groups: { 'text.heads.#': 'textHeads' },
  fixed: { vocab, positions, labels },
  blocks: clipTextTower(''),
  outside: { 'text_projection.weight': '? labels >text' },
  forms: [{ classes: ['CLIPTextModel'], outputs: ['text'] }],
};
