import { describe, expect, it } from 'vitest';
import { recogniseShapes } from '../../../src/architectures/internal';
import type { Shapes } from '../../../src/params/internal';
import { formatPattern } from '../../../src/symmetry/formatPattern';
import { gpt2 } from '../../support/architectures/transformers/gpt2';
import { gptNeox } from '../../support/architectures/transformers/gptNeox';
import { llama } from '../../support/architectures/transformers/llama';
import { opt } from '../../support/architectures/transformers/opt';

const { config, shapes } = llama['llama, heads that share keys'];
const weight = (layer: number, name: string) => `model.layers.${layer}.${name}.weight`;

/** The problems of the architectures that do not fit. */
const problems = (network: Shapes, given: Record<string, unknown> | null = null) =>
  recogniseShapes({ shapes: network, config: given }).refused.map(({ reason }) => reason.problem);

const renamed = (change: (name: string) => string) =>
  Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [change(name), shape]));

describe('a transformer', () => {
  it.each([
    ['llama', shapes],
    ['gpt2', gpt2['gpt2, tied, bare names, with buffers'].shapes],
    ['opt', opt['opt, narrow embeddings, normalised after'].shapes],
  ])('is one family by its names: %s', (family, network) => {
    const { found } = recogniseShapes({ shapes: network, config: null });
    expect(found.map((each) => each.family)).toEqual([family]);
  });

  it('may have buffers', () => {
    const network = { ...shapes, 'model.layers.1.self_attn.rotary_emb.inv_freq': [2] };
    expect(recogniseShapes({ shapes: network, config }).found).toHaveLength(1);
  });

  it.each([
    ['llama', llama['llama, heads that share keys']],
    ['gpt2', gpt2['gpt2, a head of its own']],
    ['gpt_neox', gptNeox['gpt_neox, a quarter rotated']],
    ['opt', opt['opt, a head of its own']],
    ['opt with narrow embeddings', opt['opt, narrow embeddings, normalised after']],
  ])('may classify: %s', (_, network) => {
    const { 'lm_head.weight': vocabulary, 'embed_out.weight': other, ...rest } = network.shapes;
    const width = Object.entries(rest).find(([name]) => /embed|wte/.test(name))![1][1];
    const classifier = { ...rest, 'score.weight': [3, width] };
    const { found } = recogniseShapes({ shapes: classifier, config: network.config });
    const words = width === 8 ? 'words' : 'stream';
    expect(found.map(({ spec }) => formatPattern(spec.params['score.weight']))).toEqual([
      `? _ >${words}`,
    ]);
  });

  it('has no parameter that its family lacks', () => {
    const network = { ...shapes, 'value_head.weight': [1, 12] };
    for (const given of [config, null]) {
      expect(problems(network, given)).toContainEqual(
        expect.stringContaining("the params hold 'value_head.weight'"),
      );
    }
  });

  it('has the layers and heads of its configuration', () => {
    expect(problems(shapes, { ...config, num_hidden_layers: 3 })).toEqual([
      expect.stringContaining(`the params lack '${weight(2, 'self_attn.q_proj')}'`),
    ]);
    expect(problems(shapes, { ...config, num_attention_heads: 6 })).toEqual([
      expect.stringContaining(`'${weight(0, 'self_attn.q_proj')}' axis 0`),
    ]);
  });

  it('of an unknown type is none', () => {
    expect(problems(shapes, { ...config, model_type: 'stablelm' })).toContainEqual(
      "the configuration has model_type 'stablelm', which is not known",
    );
  });

  it('is recognised by its names if the configuration has no type', () => {
    expect(recogniseShapes({ shapes, config: {} }).found).toHaveLength(1);
  });
});

describe('a network that no family describes', () => {
  it.each<[string, Shapes]>([
    [
      'an adapter',
      {
        'base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight': [4, 12],
        'base_model.model.model.layers.0.self_attn.q_proj.lora_B.weight': [12, 4],
      },
    ],
    ['quantised', renamed((name) => name.replace(/proj\.weight$/, 'proj.qweight'))],
    [
      'a mixture of experts',
      renamed((name) => name.replace('mlp.', 'block_sparse_moe.experts.0.')),
    ],
  ])('is %s', (kind, network) => {
    expect(recogniseShapes({ shapes: network, config: null }).found).toEqual([]);
    expect(problems(network)).toContainEqual(
      expect.stringMatching(`^the network is ${kind}: it has '`),
    );
  });

  it('is not a transformer if its names are other ones', () => {
    expect(problems({ 'stages.0.experts.conv.weight': [3, 3] })).toEqual([]);
  });
});
