import type { ModelConfig } from '../../architecture';
import { optional } from '../../optional';
import { attentionSizes } from '../attentionSizes';
import { fixedParts } from '../fixedParts';
import { linear, norm } from '../linear';
import type { Transformer } from '../transformer';

const { vocab, positions, labels } = fixedParts;

/** OPT whose embeddings are as wide as the stream. */
export const opt: Transformer = {
  types: ['opt'],
  networks: 'OPT',
  prefixes: ['model.decoder.', 'decoder.'],
  fits: (config) => !hasNarrowWords(config),
  sizes: attentionSizes,
  groups: { 'heads.#': 'heads' },
  tied: {
    param: 'embed_tokens.weight',
    heads: ['lm_head.weight', 'score.weight', 'qa_outputs.weight'],
  },
  fixed: { vocab, positions, labels },
  blocks: [
    {
      params: {
        'embed_tokens.weight': 'vocab stream>',
        'embed_positions.weight': 'positions stream>',
      },
    },
    {
      repeat: 'layers',
      params: {
        ...linear('layers.#.self_attn.q_proj', '(heads.# keys.#[heads.#])', 'stream'),
        ...linear('layers.#.self_attn.k_proj', '(heads.# keys.#[heads.#])', 'stream'),
        ...linear('layers.#.self_attn.v_proj', '(heads.# values.#[heads.#])', 'stream'),
        ...linear('layers.#.self_attn.out_proj', 'stream', '(heads.# values.#[heads.#])'),
        ...linear('layers.#.fc1', 'mlp.#', 'stream'),
        ...linear('layers.#.fc2', 'stream', 'mlp.#'),
        ...norm('layers.#.self_attn_layer_norm', 'stream'),
        ...norm('layers.#.final_layer_norm', 'stream'),
      },
    },
    { params: optional(norm('final_layer_norm', 'stream')) },
  ],
  outside: {
    'lm_head.weight': '? vocab >stream',
    'score.weight': '? labels >stream',
    ...optional(linear('qa_outputs', 'labels', 'stream')),
  },
  forms: [{ classes: ['OPTModel'], mayBeTied: true, outputs: ['stream'], prefix: 'decoder.' }],
};

/** OPT whose embeddings are narrower than the stream, as in opt-350m. */
export const narrowOpt: Transformer = {
  ...opt,
  networks: 'OPT with narrow embeddings, such as opt-350m',
  fits: hasNarrowWords,
  blocks: [
    {
      params: {
        'embed_tokens.weight': 'vocab words>',
        'embed_positions.weight': 'positions stream>',
        ...linear('project_in', 'stream', 'words'),
        ...linear('project_out', 'words', 'stream'),
      },
    },
    ...opt.blocks.slice(1),
  ],
  outside: {
    'lm_head.weight': '? vocab >words',
    'score.weight': '? labels >words',
    ...optional(linear('qa_outputs', 'labels', 'words')),
  },
  forms: [{ classes: ['OPTModel'], mayBeTied: true, outputs: ['words'], prefix: 'decoder.' }],
};

function hasNarrowWords({ word_embed_proj_dim, hidden_size }: ModelConfig): boolean {
  return typeof word_embed_proj_dim === 'number' && word_embed_proj_dim !== hidden_size;
}
