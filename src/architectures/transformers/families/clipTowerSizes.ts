import type { ModelConfig } from '../../architecture';
import { configInteger } from '../configInteger';
import type { ClipTower } from './clipLayer';

/** The sizes of a tower. Configurations of both towers leave out what is as in the first CLIP, a ViT-B. */
export function clipTowerSizes(tower: ClipTower, config: ModelConfig) {
  return {
    [`${tower}Heads`]: configInteger(config, 'num_attention_heads', () => firstHeads[tower]),
    [`${tower}Layers`]: configInteger(config, 'num_hidden_layers', () => 12),
  };
}

const firstHeads = { text: 8, vision: 12 };
