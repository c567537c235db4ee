import type { ModelConfig } from 'perm-lmc';

/** A published network: its configuration, its parameters, and the sizes of groups that its paper or card gives. */
export interface PublishedNetwork {
  readonly config: ModelConfig;
  /** The shapes by name. Where a name has `#`, there is one for each layer. */
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  /** The number of layers in place of `#`. */
  readonly layers: number;
  /** The numbers of units of some groups. */
  readonly groups: Readonly<Record<string, number>>;
}

/** The shapes of a linear layer, [out, in], and of its bias. */
function linear(name: string, out: number, input: number): Record<string, number[]> {
  return { [`${name}.weight`]: [out, input], [`${name}.bias`]: [out] };
}

/** The shapes of a normalisation. */
function norm(name: string, width: number): Record<string, number[]> {
  return { [`${name}.weight`]: [width], [`${name}.bias`]: [width] };
}

interface DecoderSizes {
  readonly vocabulary: number;
  readonly width: number;
  readonly queries: number;
  readonly keys: number;
  readonly mlp: number;
}

/** The shapes of Llama and its relatives, without biases and heads. */
function gatedDecoder({ vocabulary, width, queries, keys, mlp }: DecoderSizes) {
  const layer = 'model.layers.#';
  return {
    'model.embed_tokens.weight': [vocabulary, width],
    [`${layer}.self_attn.q_proj.weight`]: [queries, width],
    [`${layer}.self_attn.k_proj.weight`]: [keys, width],
    [`${layer}.self_attn.v_proj.weight`]: [keys, width],
    [`${layer}.self_attn.o_proj.weight`]: [width, queries],
    [`${layer}.mlp.gate_proj.weight`]: [mlp, width],
    [`${layer}.mlp.up_proj.weight`]: [mlp, width],
    [`${layer}.mlp.down_proj.weight`]: [width, mlp],
    [`${layer}.input_layernorm.weight`]: [width],
    [`${layer}.post_attention_layernorm.weight`]: [width],
    'model.norm.weight': [width],
  };
}

/** The shapes of an attention of four layers of the same width, with biases. */
function attention(names: readonly string[], width: number): Record<string, number[]> {
  return Object.assign({}, ...names.map((name) => linear(name, width, width)));
}

function opt({ width, mlp, words }: { width: number; mlp: number; words: number }) {
  const layer = 'model.decoder.layers.#';
  const own = ['q_proj', 'k_proj', 'v_proj', 'out_proj'].map(
    (name) => `${layer}.self_attn.${name}`,
  );
  return {
    'model.decoder.embed_tokens.weight': [50272, words],
    'model.decoder.embed_positions.weight': [2050, width],
    ...attention(own, width),
    ...norm(`${layer}.self_attn_layer_norm`, width),
    ...linear(`${layer}.fc1`, mlp, width),
    ...linear(`${layer}.fc2`, width, mlp),
    ...norm(`${layer}.final_layer_norm`, width),
    'lm_head.weight': [50272, words],
  };
}

/** The shapes of BERT without heads, after a prefix. */
function bert(prefix: string, positions: number, segments: number, vocabulary: number) {
  const layer = `${prefix}encoder.layer.#`;
  const own = ['self.query', 'self.key', 'self.value', 'output.dense'];
  return {
    [`${prefix}embeddings.word_embeddings.weight`]: [vocabulary, 768],
    [`${prefix}embeddings.position_embeddings.weight`]: [positions, 768],
    [`${prefix}embeddings.token_type_embeddings.weight`]: [segments, 768],
    ...norm(`${prefix}embeddings.LayerNorm`, 768),
    ...attention(
      own.map((name) => `${layer}.attention.${name}`),
      768,
    ),
    ...norm(`${layer}.attention.output.LayerNorm`, 768),
    ...linear(`${layer}.intermediate.dense`, 3072, 768),
    ...linear(`${layer}.output.dense`, 768, 3072),
    ...norm(`${layer}.output.LayerNorm`, 768),
    ...linear(`${prefix}pooler.dense`, 768, 768),
  };
}

/** The shapes of the stacks of T5, with the names of the MLP's first layers. */
function t5(width: number, inner: number, mlp: number, gates: readonly string[], heads: number) {
  const shapes: Record<string, number[]> = { 'shared.weight': [32128, width] };
  for (const [stack, sublayers] of [
    ['encoder', ['SelfAttention', 'DenseReluDense']],
    ['decoder', ['SelfAttention', 'EncDecAttention', 'DenseReluDense']],
  ] as const) {
    shapes[`${stack}.block.0.layer.0.SelfAttention.relative_attention_bias.weight`] = [32, heads];
    shapes[`${stack}.final_layer_norm.weight`] = [width];
    sublayers.forEach((sublayer, i) => {
      const name = `${stack}.block.#.layer.${i}`;
      shapes[`${name}.layer_norm.weight`] = [width];
      if (sublayer === 'DenseReluDense') {
        for (const gate of gates) shapes[`${name}.DenseReluDense.${gate}.weight`] = [mlp, width];
        shapes[`${name}.DenseReluDense.wo.weight`] = [width, mlp];
        return;
      }
      for (const each of ['q', 'k', 'v'])
        shapes[`${name}.${sublayer}.${each}.weight`] = [inner, width];
      shapes[`${name}.${sublayer}.o.weight`] = [width, inner];
    });
  }
  return shapes;
}

/** The shapes of ViT-B/16 after a prefix, with these tokens before the patches. */
function vit(prefix: string, tokens: readonly string[]) {
  const layer = `${prefix}encoder.layer.#`;
  const own = ['attention.query', 'attention.key', 'attention.value', 'output.dense'];
  return {
    ...Object.fromEntries(tokens.map((name) => [`${prefix}embeddings.${name}`, [1, 1, 768]])),
    [`${prefix}embeddings.position_embeddings`]: [1, 196 + tokens.length, 768],
    [`${prefix}embeddings.patch_embeddings.projection.weight`]: [768, 3, 16, 16],
    [`${prefix}embeddings.patch_embeddings.projection.bias`]: [768],
    ...attention(
      own.map((name) => `${layer}.attention.${name}`),
      768,
    ),
    ...norm(`${layer}.layernorm_before`, 768),
    ...norm(`${layer}.layernorm_after`, 768),
    ...linear(`${layer}.intermediate.dense`, 3072, 768),
    ...linear(`${layer}.output.dense`, 768, 3072),
    ...norm(`${prefix}layernorm`, 768),
  };
}

function swin(depths: readonly number[], heads: readonly number[]) {
  const shapes: Record<string, readonly number[]> = {
    'swin.embeddings.patch_embeddings.projection.weight': [96, 3, 4, 4],
    'swin.embeddings.patch_embeddings.projection.bias': [96],
    ...norm('swin.embeddings.norm', 96),
    ...norm('swin.layernorm', 768),
    ...linear('classifier', 1000, 768),
  };
  depths.forEach((depth, stage) => {
    const width = 96 * 2 ** stage;
    const name = `swin.encoder.layers.${stage}`;
    for (let i = 0; i < depth; i++) {
      const block = `${name}.blocks.${i}`;
      const own = ['self.query', 'self.key', 'self.value', 'output.dense'];
      Object.assign(
        shapes,
        norm(`${block}.layernorm_before`, width),
        norm(`${block}.layernorm_after`, width),
        attention(
          own.map((each) => `${block}.attention.${each}`),
          width,
        ),
        { [`${block}.attention.self.relative_position_bias_table`]: [169, heads[stage]] },
        { [`${block}.attention.self.relative_position_index`]: [49, 49] },
        linear(`${block}.intermediate.dense`, 4 * width, width),
        linear(`${block}.output.dense`, width, 4 * width),
      );
    }
    if (stage === depths.length - 1) return;
    shapes[`${name}.downsample.reduction.weight`] = [2 * width, 4 * width];
    Object.assign(shapes, norm(`${name}.downsample.norm`, 4 * width));
  });
  return shapes;
}

function clipTower(prefix: string, width: number) {
  const layer = `${prefix}.encoder.layers.#`;
  const own = ['q_proj', 'k_proj', 'v_proj', 'out_proj'].map(
    (name) => `${layer}.self_attn.${name}`,
  );
  return {
    [`${prefix}.embeddings.position_ids`]: [1, width === 512 ? 77 : 50],
    ...attention(own, width),
    ...norm(`${layer}.layer_norm1`, width),
    ...norm(`${layer}.layer_norm2`, width),
    ...linear(`${layer}.mlp.fc1`, 4 * width, width),
    ...linear(`${layer}.mlp.fc2`, width, 4 * width),
  };
}

function whisper(width: number) {
  const stack = (name: string, attentions: readonly string[]): Record<string, number[]> => {
    const layer = `model.${name}.layers.#`;
    const own = attentions.map((each) => `${layer}.${each}`);
    const shapes: Record<string, number[]> = {
      ...linear(`${layer}.fc1`, 4 * width, width),
      ...linear(`${layer}.fc2`, width, 4 * width),
      ...norm(`${layer}.final_layer_norm`, width),
      ...norm(`model.${name}.layer_norm`, width),
    };
    for (const each of own) {
      Object.assign(shapes, norm(`${each}_layer_norm`, width), {
        ...attention([`${each}.q_proj`, `${each}.v_proj`, `${each}.out_proj`], width),
        [`${each}.k_proj.weight`]: [width, width],
      });
    }
    return shapes;
  };
  return {
    'model.encoder.conv1.weight': [width, 80, 3],
    'model.encoder.conv1.bias': [width],
    'model.encoder.conv2.weight': [width, width, 3],
    'model.encoder.conv2.bias': [width],
    'model.encoder.embed_positions.weight': [1500, width],
    'model.decoder.embed_tokens.weight': [51865, width],
    'model.decoder.embed_positions.weight': [448, width],
    ...stack('encoder', ['self_attn']),
    ...stack('decoder', ['self_attn', 'encoder_attn']),
  };
}

/** The networks by name. */
export const publishedNetworks: Readonly<Record<string, PublishedNetwork>> = {
  'Llama-2-7b': {
    config: {
      architectures: ['LlamaForCausalLM'],
      model_type: 'llama',
      hidden_size: 4096,
      intermediate_size: 11008,
      num_attention_heads: 32,
      num_hidden_layers: 32,
      num_key_value_heads: 32,
      rope_scaling: null,
      tie_word_embeddings: false,
      vocab_size: 32000,
    },
    shapes: {
      ...gatedDecoder({ vocabulary: 32000, width: 4096, queries: 4096, keys: 4096, mlp: 11008 }),
      'model.layers.#.self_attn.rotary_emb.inv_freq': [64],
      'lm_head.weight': [32000, 4096],
    },
    layers: 32,
    groups: { stream: 4096, 'kvHeads.31': 32, 'values.31': 4096, 'mlp.31': 11008 },
  },
  'TinyLlama-1.1B': {
    config: {
      architectures: ['LlamaForCausalLM'],
      model_type: 'llama',
      hidden_size: 2048,
      num_attention_heads: 32,
      num_hidden_layers: 22,
      num_key_value_heads: 4,
      rope_scaling: null,
    },
    shapes: {
      ...gatedDecoder({ vocabulary: 32000, width: 2048, queries: 2048, keys: 256, mlp: 5632 }),
      'lm_head.weight': [32000, 2048],
    },
    layers: 22,
    groups: { stream: 2048, 'kvHeads.0': 4, 'heads.0': 32, 'values.0': 256, 'mlp.21': 5632 },
  },
  'Llama-3.2-1B': {
    config: {
      architectures: ['LlamaForCausalLM'],
      model_type: 'llama',
      head_dim: 64,
      hidden_size: 2048,
      num_attention_heads: 32,
      num_hidden_layers: 16,
      num_key_value_heads: 8,
      rope_scaling: { factor: 32, low_freq_factor: 1, rope_type: 'llama3' },
      tie_word_embeddings: true,
    },
    shapes: gatedDecoder({
      vocabulary: 128256,
      width: 2048,
      queries: 2048,
      keys: 512,
      mlp: 8192,
    }),
    layers: 16,
    groups: { stream: 2048, 'kvHeads.15': 8, 'heads.15': 32, 'values.15': 512, 'mlp.15': 8192 },
  },
  'Mistral-7B-v0.1': {
    config: {
      architectures: ['MistralForCausalLM'],
      model_type: 'mistral',
      hidden_size: 4096,
      num_attention_heads: 32,
      num_hidden_layers: 32,
      num_key_value_heads: 8,
      sliding_window: 4096,
    },
    shapes: {
      ...gatedDecoder({ vocabulary: 32000, width: 4096, queries: 4096, keys: 1024, mlp: 14336 }),
      'lm_head.weight': [32000, 4096],
    },
    layers: 32,
    groups: { stream: 4096, 'kvHeads.0': 8, 'heads.0': 32, 'values.0': 1024, 'mlp.0': 14336 },
  },
  'Qwen2-0.5B': {
    config: {
      architectures: ['Qwen2ForCausalLM'],
      model_type: 'qwen2',
      hidden_size: 896,
      max_window_layers: 24,
      num_attention_heads: 14,
      num_hidden_layers: 24,
      num_key_value_heads: 2,
      sliding_window: 131072,
      tie_word_embeddings: true,
      use_sliding_window: false,
    },
    shapes: {
      ...gatedDecoder({ vocabulary: 151936, width: 896, queries: 896, keys: 128, mlp: 4864 }),
      'model.layers.#.self_attn.q_proj.bias': [896],
      'model.layers.#.self_attn.k_proj.bias': [128],
      'model.layers.#.self_attn.v_proj.bias': [128],
    },
    layers: 24,
    groups: { stream: 896, 'kvHeads.0': 2, 'heads.0': 14, 'values.0': 128, 'mlp.23': 4864 },
  },
  'Qwen3-0.6B': {
    config: {
      architectures: ['Qwen3ForCausalLM'],
      model_type: 'qwen3',
      head_dim: 128,
      hidden_size: 1024,
      num_attention_heads: 16,
      num_hidden_layers: 28,
      num_key_value_heads: 8,
      rope_scaling: null,
      sliding_window: null,
      tie_word_embeddings: true,
    },
    shapes: {
      ...gatedDecoder({ vocabulary: 151936, width: 1024, queries: 2048, keys: 1024, mlp: 3072 }),
      'model.layers.#.self_attn.q_norm.weight': [128],
      'model.layers.#.self_attn.k_norm.weight': [128],
      'lm_head.weight': [151936, 1024],
    },
    layers: 28,
    groups: { stream: 1024, 'kvHeads.0': 8, 'heads.0': 16, 'values.0': 1024, 'mlp.27': 3072 },
  },
  'gemma-2-2b': {
    config: {
      architectures: ['Gemma2ForCausalLM'],
      model_type: 'gemma2',
      head_dim: 256,
      hidden_size: 2304,
      num_attention_heads: 8,
      num_hidden_layers: 26,
      num_key_value_heads: 4,
      query_pre_attn_scalar: 256,
      sliding_window: 4096,
    },
    shapes: {
      ...gatedDecoder({ vocabulary: 256000, width: 2304, queries: 2048, keys: 1024, mlp: 9216 }),
      'model.layers.#.pre_feedforward_layernorm.weight': [2304],
      'model.layers.#.post_feedforward_layernorm.weight': [2304],
    },
    layers: 26,
    groups: { stream: 2304, 'kvHeads.0': 4, 'heads.0': 8, 'values.0': 1024, 'mlp.25': 9216 },
  },
  'Phi-3-mini-4k-instruct': {
    config: {
      architectures: ['Phi3ForCausalLM'],
      model_type: 'phi3',
      hidden_size: 3072,
      intermediate_size: 8192,
      num_attention_heads: 32,
      num_hidden_layers: 32,
      num_key_value_heads: 32,
      rope_scaling: null,
      sliding_window: 2047,
    },
    shapes: {
      'model.embed_tokens.weight': [32064, 3072],
      'model.layers.#.self_attn.qkv_proj.weight': [9216, 3072],
      'model.layers.#.self_attn.o_proj.weight': [3072, 3072],
      'model.layers.#.mlp.gate_up_proj.weight': [16384, 3072],
      'model.layers.#.mlp.down_proj.weight': [3072, 8192],
      'model.layers.#.input_layernorm.weight': [3072],
      'model.layers.#.post_attention_layernorm.weight': [3072],
      'model.norm.weight': [3072],
      'lm_head.weight': [32064, 3072],
    },
    layers: 32,
    groups: { stream: 3072, 'kvHeads.0': 32, 'values.0': 3072, 'mlp.0': 8192 },
  },
  'Phi-4-mini-instruct': {
    config: {
      architectures: ['Phi3ForCausalLM'],
      model_type: 'phi3',
      hidden_size: 3072,
      num_attention_heads: 24,
      num_hidden_layers: 32,
      num_key_value_heads: 8,
      partial_rotary_factor: 0.75,
      rope_scaling: { type: 'longrope', long_factor: [], short_factor: [] },
      tie_word_embeddings: true,
    },
    shapes: {
      'model.embed_tokens.weight': [200064, 3072],
      'model.layers.#.self_attn.qkv_proj.weight': [5120, 3072],
      'model.layers.#.self_attn.o_proj.weight': [3072, 3072],
      'model.layers.#.mlp.gate_up_proj.weight': [16384, 3072],
      'model.layers.#.mlp.down_proj.weight': [3072, 8192],
      'model.layers.#.input_layernorm.weight': [3072],
      'model.layers.#.post_attention_layernorm.weight': [3072],
      'model.norm.weight': [3072],
    },
    layers: 32,
    groups: { 'kvHeads.0': 8, 'heads.0': 24, 'keys.0': 256, 'values.0': 1024, 'mlp.0': 8192 },
  },
  gpt2: {
    config: {
      architectures: ['GPT2LMHeadModel'],
      model_type: 'gpt2',
      n_ctx: 1024,
      n_embd: 768,
      n_head: 12,
      n_layer: 12,
      n_positions: 1024,
    },
    shapes: {
      'wte.weight': [50257, 768],
      'wpe.weight': [1024, 768],
      'h.#.attn.bias': [1, 1, 1024, 1024],
      'h.#.attn.c_attn.weight': [768, 2304],
      'h.#.attn.c_attn.bias': [2304],
      'h.#.attn.c_proj.weight': [768, 768],
      'h.#.attn.c_proj.bias': [768],
      'h.#.mlp.c_fc.weight': [768, 3072],
      'h.#.mlp.c_fc.bias': [3072],
      'h.#.mlp.c_proj.weight': [3072, 768],
      'h.#.mlp.c_proj.bias': [768],
      ...norm('h.#.ln_1', 768),
      ...norm('h.#.ln_2', 768),
      ...norm('ln_f', 768),
    },
    layers: 12,
    groups: { stream: 768, 'heads.11': 12, 'keys.11': 768, 'values.11': 768, 'mlp.11': 3072 },
  },
  'pythia-70m': {
    config: {
      architectures: ['GPTNeoXForCausalLM'],
      model_type: 'gpt_neox',
      hidden_size: 512,
      num_attention_heads: 8,
      num_hidden_layers: 6,
      rotary_pct: 0.25,
      tie_word_embeddings: false,
      use_parallel_residual: true,
    },
    shapes: {
      'gpt_neox.embed_in.weight': [50304, 512],
      ...linear('gpt_neox.layers.#.attention.query_key_value', 1536, 512),
      ...linear('gpt_neox.layers.#.attention.dense', 512, 512),
      'gpt_neox.layers.#.attention.bias': [1, 1, 2048, 2048],
      'gpt_neox.layers.#.attention.masked_bias': [],
      'gpt_neox.layers.#.attention.rotary_emb.inv_freq': [8],
      ...linear('gpt_neox.layers.#.mlp.dense_h_to_4h', 2048, 512),
      ...linear('gpt_neox.layers.#.mlp.dense_4h_to_h', 512, 2048),
      ...norm('gpt_neox.layers.#.input_layernorm', 512),
      ...norm('gpt_neox.layers.#.post_attention_layernorm', 512),
      ...norm('gpt_neox.final_layer_norm', 512),
      'embed_out.weight': [50304, 512],
    },
    layers: 6,
    // 48 of the 64 dimensions of each key are not rotated.
    groups: { stream: 512, 'heads.5': 8, 'keys.5': 384, 'values.5': 512, 'mlp.5': 2048 },
  },
  'opt-125m': {
    config: {
      architectures: ['OPTForCausalLM'],
      model_type: 'opt',
      do_layer_norm_before: true,
      ffn_dim: 3072,
      hidden_size: 768,
      num_attention_heads: 12,
      num_hidden_layers: 12,
      word_embed_proj_dim: 768,
    },
    shapes: {
      ...opt({ width: 768, mlp: 3072, words: 768 }),
      ...norm('model.decoder.final_layer_norm', 768),
    },
    layers: 12,
    groups: { stream: 768, 'heads.0': 12, 'keys.0': 768, 'values.0': 768, 'mlp.0': 3072 },
  },
  'opt-350m': {
    config: {
      architectures: ['OPTForCausalLM'],
      model_type: 'opt',
      do_layer_norm_before: false,
      ffn_dim: 4096,
      hidden_size: 1024,
      num_attention_heads: 16,
      num_hidden_layers: 24,
      word_embed_proj_dim: 512,
    },
    shapes: {
      ...opt({ width: 1024, mlp: 4096, words: 512 }),
      'model.decoder.project_in.weight': [1024, 512],
      'model.decoder.project_out.weight': [512, 1024],
    },
    layers: 24,
    groups: { stream: 1024, words: 512, 'heads.0': 16, 'values.0': 1024, 'mlp.23': 4096 },
  },
  'bert-base-uncased': {
    config: {
      architectures: ['BertForMaskedLM'],
      model_type: 'bert',
      hidden_size: 768,
      intermediate_size: 3072,
      num_attention_heads: 12,
      num_hidden_layers: 12,
      position_embedding_type: 'absolute',
    },
    shapes: {
      ...Object.fromEntries(
        Object.entries(bert('bert.', 512, 2, 30522)).map(([name, shape]) => [
          name.replace('Norm.weight', 'Norm.gamma').replace('Norm.bias', 'Norm.beta'),
          shape,
        ]),
      ),
      'cls.predictions.bias': [30522],
      ...linear('cls.predictions.transform.dense', 768, 768),
      'cls.predictions.transform.LayerNorm.gamma': [768],
      'cls.predictions.transform.LayerNorm.beta': [768],
      ...linear('cls.seq_relationship', 2, 768),
    },
    layers: 12,
    groups: { stream: 768, pooled: 768, 'heads.11': 12, 'keys.11': 768, 'mlp.11': 3072 },
  },
  'roberta-base': {
    config: {
      architectures: ['RobertaForMaskedLM'],
      model_type: 'roberta',
      hidden_size: 768,
      num_attention_heads: 12,
      num_hidden_layers: 12,
    },
    shapes: {
      ...bert('roberta.', 514, 1, 50265),
      'roberta.embeddings.position_ids': [1, 514],
      'lm_head.bias': [50265],
      ...linear('lm_head.dense', 768, 768),
      ...norm('lm_head.layer_norm', 768),
      'lm_head.decoder.weight': [50265, 768],
    },
    layers: 12,
    groups: { stream: 768, pooled: 768, 'heads.11': 12, 'values.11': 768, 'mlp.11': 3072 },
  },
  'distilbert-base-uncased': {
    config: {
      architectures: ['DistilBertForMaskedLM'],
      model_type: 'distilbert',
      dim: 768,
      hidden_dim: 3072,
      n_heads: 12,
      n_layers: 6,
    },
    shapes: {
      'distilbert.embeddings.word_embeddings.weight': [30522, 768],
      'distilbert.embeddings.position_embeddings.weight': [512, 768],
      ...norm('distilbert.embeddings.LayerNorm', 768),
      ...attention(
        ['q_lin', 'k_lin', 'v_lin', 'out_lin'].map(
          (name) => `distilbert.transformer.layer.#.attention.${name}`,
        ),
        768,
      ),
      ...norm('distilbert.transformer.layer.#.sa_layer_norm', 768),
      ...linear('distilbert.transformer.layer.#.ffn.lin1', 3072, 768),
      ...linear('distilbert.transformer.layer.#.ffn.lin2', 768, 3072),
      ...norm('distilbert.transformer.layer.#.output_layer_norm', 768),
      ...linear('vocab_transform', 768, 768),
      ...norm('vocab_layer_norm', 768),
      ...linear('vocab_projector', 30522, 768),
    },
    layers: 6,
    groups: { stream: 768, 'heads.5': 12, 'keys.5': 768, 'values.5': 768, 'mlp.5': 3072 },
  },
  't5-small': {
    config: {
      architectures: ['T5ForConditionalGeneration'],
      model_type: 't5',
      d_ff: 2048,
      d_kv: 64,
      d_model: 512,
      num_decoder_layers: 6,
      num_heads: 8,
      num_layers: 6,
    },
    shapes: {
      ...t5(512, 512, 2048, ['wi'], 8),
      'decoder.block.0.layer.1.EncDecAttention.relative_attention_bias.weight': [32, 8],
    },
    layers: 6,
    groups: { stream: 512, 'encoder.heads': 8, 'cross.heads.5': 8, 'decoder.mlp.5': 2048 },
  },
  'flan-t5-small': {
    config: {
      architectures: ['T5ForConditionalGeneration'],
      model_type: 't5',
      d_ff: 1024,
      d_kv: 64,
      d_model: 512,
      feed_forward_proj: 'gated-gelu',
      num_decoder_layers: 8,
      num_heads: 6,
      num_layers: 8,
      tie_word_embeddings: false,
    },
    shapes: {
      ...t5(512, 384, 1024, ['wi_0', 'wi_1'], 6),
      'encoder.embed_tokens.weight': [32128, 512],
      'decoder.embed_tokens.weight': [32128, 512],
      'lm_head.weight': [32128, 512],
    },
    layers: 8,
    groups: { stream: 512, 'decoder.heads': 6, 'cross.values.7': 384, 'encoder.mlp.7': 1024 },
  },
  'vit-base-patch16-224': {
    config: {
      architectures: ['ViTForImageClassification'],
      model_type: 'vit',
      hidden_size: 768,
      num_attention_heads: 12,
      num_hidden_layers: 12,
    },
    shapes: { ...vit('vit.', ['cls_token']), ...linear('classifier', 1000, 768) },
    layers: 12,
    groups: { stream: 768, 'heads.0': 12, 'keys.0': 768, 'values.0': 768, 'mlp.11': 3072 },
  },
  'vit-base-patch16-224-in21k': {
    config: {
      architectures: ['ViTModel'],
      model_type: 'vit',
      hidden_size: 768,
      num_attention_heads: 12,
      num_hidden_layers: 12,
    },
    shapes: { ...vit('', ['cls_token']), ...linear('pooler.dense', 768, 768) },
    layers: 12,
    groups: { 'heads.0': 12, 'keys.0': 768, 'values.0': 768, 'mlp.11': 3072 },
  },
  'deit-base-distilled-patch16-224': {
    config: {
      architectures: ['DeiTForImageClassificationWithTeacher'],
      model_type: 'deit',
      hidden_size: 768,
      num_attention_heads: 12,
      num_hidden_layers: 12,
    },
    shapes: {
      ...vit('deit.', ['cls_token', 'distillation_token']),
      ...linear('cls_classifier', 1000, 768),
      ...linear('distillation_classifier', 1000, 768),
    },
    layers: 12,
    groups: { stream: 768, 'heads.0': 12, 'keys.0': 768, 'values.0': 768, 'mlp.11': 3072 },
  },
  'dinov2-base': {
    config: {
      architectures: ['Dinov2Model'],
      model_type: 'dinov2',
      hidden_size: 768,
      mlp_ratio: 4,
      num_attention_heads: 12,
      num_hidden_layers: 12,
      use_swiglu_ffn: false,
    },
    shapes: {
      ...Object.fromEntries(
        Object.entries(vit('', ['cls_token'])).map(([name, shape]) => [
          name
            .replace('layernorm_before', 'norm1')
            .replace('layernorm_after', 'norm2')
            .replace('intermediate.dense', 'mlp.fc1')
            .replace(/(layer\.#)\.output\.dense/, '$1.mlp.fc2'),
          shape,
        ]),
      ),
      'embeddings.mask_token': [1, 768],
      'embeddings.patch_embeddings.projection.weight': [768, 3, 14, 14],
      'encoder.layer.#.layer_scale1.lambda1': [768],
      'encoder.layer.#.layer_scale2.lambda1': [768],
    },
    layers: 12,
    groups: { 'heads.0': 12, 'keys.0': 768, 'values.0': 768, 'mlp.11': 3072 },
  },
  'swin-tiny-patch4-window7-224': {
    config: {
      architectures: ['SwinForImageClassification'],
      model_type: 'swin',
      depths: [2, 2, 6, 2],
      embed_dim: 96,
      hidden_size: 768,
      num_heads: [3, 6, 12, 24],
      num_layers: 4,
    },
    shapes: swin([2, 2, 6, 2], [3, 6, 12, 24]),
    layers: 0,
    groups: { 'stream.0': 96, stream: 768, 'heads.0.1': 3, 'heads.2.5': 12, 'mlp.3.1': 3072 },
  },
  'clip-vit-base-patch32': {
    config: {
      architectures: ['CLIPModel'],
      model_type: 'clip',
      projection_dim: 512,
      text_config: { hidden_size: 512, num_attention_heads: 8, num_hidden_layers: 12 },
      text_config_dict: null,
      vision_config: { hidden_size: 768, num_attention_heads: 12, num_hidden_layers: 12 },
      vision_config_dict: null,
    },
    shapes: {
      logit_scale: [],
      'text_model.embeddings.token_embedding.weight': [49408, 512],
      'text_model.embeddings.position_embedding.weight': [77, 512],
      ...clipTower('text_model', 512),
      ...norm('text_model.final_layer_norm', 512),
      'vision_model.embeddings.class_embedding': [768],
      'vision_model.embeddings.patch_embedding.weight': [768, 3, 32, 32],
      'vision_model.embeddings.position_embedding.weight': [50, 768],
      ...norm('vision_model.pre_layrnorm', 768),
      ...clipTower('vision_model', 768),
      ...norm('vision_model.post_layernorm', 768),
      'visual_projection.weight': [512, 768],
      'text_projection.weight': [512, 512],
    },
    layers: 12,
    groups: { text: 512, vision: 768, projected: 512, 'text.heads.0': 8, 'vision.heads.11': 12 },
  },
  'whisper-tiny': {
    config: {
      architectures: ['WhisperForConditionalGeneration'],
      model_type: 'whisper',
      d_model: 384,
      decoder_attention_heads: 6,
      decoder_layers: 4,
      encoder_attention_heads: 6,
      encoder_layers: 4,
      num_hidden_layers: 4,
    },
    shapes: whisper(384),
    layers: 4,
    groups: { stream: 384, memory: 384, 'cross.heads.3': 6, 'encoder.mlp.3': 1536 },
  },
};

/** The configurations of the networks, and their shapes with the number of each layer in place of `#`. */
export function publishedShapes() {
  return Object.fromEntries(
    Object.entries(publishedNetworks).map(([network, { config, shapes, layers }]) => {
      const numbered = Object.entries(shapes).flatMap(([name, shape]) =>
        Array.from(
          { length: name.includes('#') ? layers : 1 },
          (_, i) => [name.replace('#', `${i}`), shape] as const,
        ),
      );
      return [network, { config, shapes: Object.fromEntries(numbered) }];
    }),
  );
}
