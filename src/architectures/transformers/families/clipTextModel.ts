import { fixedParts } from '../fixedParts';
import type { Transformer } from '../transformer';
import { textTower, towerSizes } from './clipTowers';

const { vocab, positions, labels } = fixedParts;

/** The text tower of CLIP, with or without its projection. */
export const clipTextModel: Transformer = {
  types: ['clip_text_model'],
  networks: "CLIP's text tower",
  prefixes: ['text_model.', ''],
  sizes: (config) => towerSizes('text', config, { heads: 8, layers: 12 }),
  groups: { 'text.heads.#': 'textHeads' },
  fixed: { vocab, positions, labels },
  blocks: textTower(''),
  outside: { 'text_projection.weight': '? labels text' },
  forms: [{ classes: ['CLIPTextModel'], outputs: ['text'] }],
};
