import { explainSpec, InvalidInputError, type ModelConfig, transformerSpec } from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { formatPattern } from '../../../src/symmetry/formatPattern';
import { withoutArrows } from '../../support/withoutArrows';

const config = { hidden_size: 12, num_hidden_layers: 2, num_attention_heads: 4 };
const grouped = { ...config, num_key_value_heads: 2 };

/** The patterns of a spec by name, of those that start with `start`. */
function patterns(type: string, given: ModelConfig, start: string, options = {}) {
  const { params } = transformerSpec(type, given, options);
  return Object.fromEntries(
    Object.entries(params).flatMap(([name, param]) =>
      name.startsWith(start)
        ? [[name.slice(start.length), withoutArrows(formatPattern(param))]]
        : [],
    ),
  );
}

describe('transformerSpec', () => {
  it('writes the patterns of each layer', () => {
    expect(patterns('llama', grouped, 'model.layers.1.')).toMatchObject({
      'self_attn.q_proj.weight': '(kvHeads.1 heads.1[kvHeads.1] 3) stream',
      'self_attn.q_proj.bias': '? (kvHeads.1 heads.1[kvHeads.1] 3)',
      'self_attn.k_proj.weight': '(kvHeads.1 3) stream',
      'self_attn.v_proj.weight': '(kvHeads.1 values.1[kvHeads.1]) stream',
      'self_attn.o_proj.weight': 'stream (kvHeads.1 heads.1[kvHeads.1] values.1[kvHeads.1])',
      'mlp.down_proj.weight': 'stream mlp.1',
    });
  });

  it('knows the numbers of heads', () => {
    const sizes = transformerSpec('llama', grouped).groups.map(({ name, size }) => [name, size]);
    expect(Object.fromEntries(sizes)).toMatchObject({
      'kvHeads.0': 2,
      'heads.0': 4,
      'mlp.0': null,
    });
  });

  it('leaves out groups of one unit in each other', () => {
    const { 'self_attn.q_proj.weight': query } = patterns('llama', config, 'model.layers.0.');
    expect(query).toBe('(kvHeads.0 3) stream');
  });

  it.each([
    ['qwen3', '128'],
    ['gemma2', '256'],
    ['llama', '3'],
  ])('has the usual dimensions of a head if it is told none: %s', (type, dimensions) => {
    const { 'self_attn.k_proj.weight': key } = patterns(type, grouped, 'model.layers.0.');
    expect(key).toBe(`(kvHeads.0 ${dimensions}) stream`);
  });

  it('reads the dimensions of a head', () => {
    const given = { ...grouped, head_dim: 6, partial_rotary_factor: 0.5 };
    const { 'self_attn.k_proj.weight': key } = patterns('llama', given, 'model.layers.0.');
    expect(key).toBe('(kvHeads.0 (3 + keys.0[kvHeads.0])) stream');
  });

  it.each([
    [0, '(heads.0 (keys.0[heads.0] + keys.0[heads.0] + values.0[heads.0])) stream'],
    [1, '(heads.0 (3 + 3 + values.0[heads.0])) stream'],
  ])('leaves out parts of no dimension: %d of all are rotated', (rotary_pct, pattern) => {
    const { weight } = patterns(
      'gpt_neox',
      { ...config, rotary_pct },
      'gpt_neox.layers.0.attention.query_key_value.',
    );
    expect(weight).toBe(pattern);
  });

  it('takes null for a key that is left out', () => {
    const given = { ...config, head_dim: null, num_key_value_heads: null };
    expect(transformerSpec('llama', given)).toEqual(transformerSpec('llama', config));
  });

  it('takes a prefix, which heads do not have', () => {
    const names = Object.keys(transformerSpec('llama', config, { prefix: 'a.b.' }).params);
    expect(names.filter((name) => !name.startsWith('a.b.'))).toEqual([
      'lm_head.weight',
      'score.weight',
      'score.bias',
    ]);
  });

  it('gives the reasons for what is fixed', () => {
    const text = explainSpec(transformerSpec('qwen3', { ...grouped, num_hidden_layers: 1 }));
    expect(text).toContain(
      'tokens are the input and the output: model.embed_tokens.weight[0] lm_head.weight[0]',
    );
    expect(text).toMatch(/RoPE rotates .* model\.layers\.0\.self_attn\.q_proj\.weight\[0\]/);
    expect(text).toMatch(/QK-norm scales .* model\.layers\.0\.self_attn\.q_norm\.weight\[0\]/);
    expect(text).not.toContain('warnings');
  });

  it('is plain data', () => {
    const spec = transformerSpec('gemma2', grouped);
    expect(JSON.parse(JSON.stringify(spec))).toEqual(spec);
  });
});

describe('transformerSpec refuses', () => {
  it.each<[string, string, ModelConfig, RegExp]>([
    [
      'an unknown type',
      'lama',
      config,
      /there is no transformer of type 'lama'; the nearest is 'llama'\. Pass one of 'llama', .*ONNX/,
    ],
    [
      'a missing size',
      'llama',
      { hidden_size: 8, num_attention_heads: 2 },
      /the configuration has no 'num_hidden_layers' or 'n_layer'/,
    ],
    [
      'a wrong size',
      'gpt2',
      { n_embd: 8, n_head: 2, n_layer: '2' },
      /'n_layer' of the configuration must be an integer ≥ 1, received "2"/,
    ],
    [
      'more layers than memory holds',
      'llama',
      { ...config, num_hidden_layers: 2e9 },
      /the configuration has 2000000000 layers, more than 2000/,
    ],
    [
      'a size in lists that are too deep to write',
      'gpt2',
      { n_embd: 8, n_head: 2, n_layer: JSON.parse(`${'['.repeat(1e5)}${']'.repeat(1e5)}`) },
      /'n_layer' of the configuration must be an integer ≥ 1, received an array/,
    ],
    [
      'no head',
      'gpt2',
      { n_embd: 8, n_head: 0, n_layer: 2 },
      /'n_head' .* integer ≥ 1, received 0/,
    ],
    [
      'a width that heads do not divide',
      'llama',
      { ...config, hidden_size: 14 },
      /'hidden_size' of the configuration is 14, which 'num_attention_heads' 4 does not divide/,
    ],
    [
      'heads that key heads do not divide',
      'llama',
      { ...config, num_key_value_heads: 3 },
      /'num_key_value_heads' 3 does not divide/,
    ],
    [
      'a wrong share',
      'gpt_neox',
      { ...config, rotary_pct: 2 },
      /rotated dimensions must be in 0 … 1, received 2/,
    ],
    [
      'a mixture of experts',
      'mixtral',
      { ...config, num_local_experts: 8 },
      /a mixture of experts: the configuration has 'num_local_experts'\. .*ONNX/,
    ],
    [
      'quantised weights',
      'llama',
      { ...config, quantization_config: { quant_method: 'gptq' } },
      /quantised: the configuration has 'quantization_config'/,
    ],
    ['an adapter', 'llama', { ...config, peft_type: 'LORA' }, /an adapter: .* Merge the adapter/],
    [
      'a configuration as text',
      'llama',
      '{}' as unknown as ModelConfig,
      /config must be an object, received a string/,
    ],
  ])('%s', (_, type, given, message) => {
    const work = () => transformerSpec(type, given);
    expect(work).toThrow(InvalidInputError);
    expect(work).toThrow(message);
    expect(work).toThrow(/^transformerSpec: /);
  });

  it('a prefix that is no string, and unknown options', () => {
    expect(() => transformerSpec('llama', config, { prefix: 1 as unknown as string })).toThrow(
      /prefix must be a string, received 1/,
    );
    const options = { prefixes: '' } as object;
    expect(() => transformerSpec('llama', config, options)).toThrow(/no option 'prefixes'/);
  });
});
