import { optional } from '../../optional';
import { attentionSizes } from '../attentionSizes';
import { fixedParts } from '../fixedParts';
import { linear, norm, transposedLinear } from '../linear';
import type { Transformer } from '../transformer';

const { vocab, positions, labels } = fixedParts;

/** GPT-2. Its linear layers are [in, out]. */
export const gpt2: Transformer = {
  types: ['gpt2'],
  networks: 'GPT-2',
  prefixes: ['transformer.', ''],
  sizes: attentionSizes,
  groups: { 'heads.#': 'heads' },
  tied: {
    param: 'wte.weight',
    heads: ['lm_head.weight', 'score.weight', 'classifier.weight', 'qa_outputs.weight'],
  },
  fixed: { vocab, positions, labels },
  blocks: [
    { params: { 'wte.weight': 'vocab stream>', 'wpe.weight': 'positions stream>' } },
    {
      repeat: 'layers',
      params: {
        ...transposedLinear(
          'h.#.attn.c_attn',
          'stream',
          '(heads.# keys.#[heads.#] + heads.# keys.#[heads.#] + heads.# values.#[heads.#])',
        ),
        ...transposedLinear('h.#.attn.c_proj', '(heads.# values.#[heads.#])', 'stream'),
        'h.#.attn.bias': '? _ _ _ _',
        'h.#.attn.masked_bias': '?',
        ...transposedLinear('h.#.mlp.c_fc', 'stream', 'mlp.#'),
        ...transposedLinear('h.#.mlp.c_proj', 'mlp.#', 'stream'),
        ...norm('h.#.ln_1', 'stream'),
        ...norm('h.#.ln_2', 'stream'),
      },
    },
    { params: norm('ln_f', 'stream') },
  ],
  outside: {
    'lm_head.weight': '? vocab >stream',
    'score.weight': '? labels >stream',
    ...optional(linear('classifier', 'labels', 'stream')),
    ...optional(linear('qa_outputs', 'labels', 'stream')),
  },
  forms: [{ classes: ['GPT2Model'], mayBeTied: true, outputs: ['stream'], prefix: '' }],
};
