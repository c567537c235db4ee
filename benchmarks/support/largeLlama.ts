import { closeSync, openSync, writeSync } from 'node:fs';
import type { Permutations } from 'perm-lmc';

/** The sizes of a transformer in the shape of Llama. */
export interface LlamaShape {
  readonly layers: number;
  readonly width: number;
  readonly mlp: number;
  readonly heads: number;
  /** The number of key and value heads. */
  readonly groups: number;
  readonly headSize: number;
  readonly vocabulary: number;
}

/** The groups of a layer: heads of keys and values, heads of queries in them, dimensions of values, units of the MLP. */
const GROUPS = ['kvHeads', 'heads', 'values', 'mlp'] as const;

/** Its configuration in the words of Hugging Face. */
export function llamaConfig(shape: LlamaShape): Record<string, unknown> {
  return {
    model_type: 'llama',
    hidden_size: shape.width,
    intermediate_size: shape.mlp,
    num_hidden_layers: shape.layers,
    num_attention_heads: shape.heads,
    num_key_value_heads: shape.groups,
    head_dim: shape.headSize,
    vocab_size: shape.vocabulary,
  };
}

/** The patterns of its spec. Rotary positions pin the units inside the heads of queries and keys. */
export function llamaPatterns({ layers, headSize }: LlamaShape): Record<string, string> {
  const patterns: Record<string, string> = { 'model.embed_tokens.weight': '_ stream' };
  for (let i = 0; i < layers; i++) {
    const [g, r, v, f] = GROUPS.map((group) => `${group}.${i}`);
    Object.assign(patterns, {
      [`model.layers.${i}.input_layernorm.weight`]: 'stream',
      [`model.layers.${i}.self_attn.q_proj.weight`]: `(${g} ${r}[${g}] ${headSize}) stream`,
      [`model.layers.${i}.self_attn.k_proj.weight`]: `(${g} ${headSize}) stream`,
      [`model.layers.${i}.self_attn.v_proj.weight`]: `(${g} ${v}[${g}]) stream`,
      [`model.layers.${i}.self_attn.o_proj.weight`]: `stream (${g} ${r}[${g}] ${v}[${g}])`,
      [`model.layers.${i}.post_attention_layernorm.weight`]: 'stream',
      [`model.layers.${i}.mlp.gate_proj.weight`]: `${f} stream`,
      [`model.layers.${i}.mlp.up_proj.weight`]: `${f} stream`,
      [`model.layers.${i}.mlp.down_proj.weight`]: `stream ${f}`,
    });
  }
  return { ...patterns, 'model.norm.weight': 'stream', 'lm_head.weight': '_ stream' };
}

function shapesOf(shape: LlamaShape): [string, number[]][] {
  const { layers, width, mlp, heads, groups, headSize, vocabulary } = shape;
  const [queries, keys] = [heads * headSize, groups * headSize];
  const layer = (i: number): [string, number[]][] =>
    (
      [
        ['input_layernorm', [width]],
        ['self_attn.q_proj', [queries, width]],
        ['self_attn.k_proj', [keys, width]],
        ['self_attn.v_proj', [keys, width]],
        ['self_attn.o_proj', [width, queries]],
        ['post_attention_layernorm', [width]],
        ['mlp.gate_proj', [mlp, width]],
        ['mlp.up_proj', [mlp, width]],
        ['mlp.down_proj', [width, mlp]],
      ] as [string, number[]][]
    ).map(([name, sizes]) => [`model.layers.${i}.${name}.weight`, sizes]);
  return [
    ['model.embed_tokens.weight', [vocabulary, width]],
    ...Array.from({ length: layers }, (_, i) => layer(i)).flat(),
    ['model.norm.weight', [width]],
    ['lm_head.weight', [vocabulary, width]],
  ];
}

/** Random permutations of all groups. */
export function llamaPermutations(shape: LlamaShape, seed: number): Permutations {
  const { layers, width, mlp, heads, groups, headSize } = shape;
  const random = randomBits(seed);
  const permutations: Record<string, Int32Array> = { stream: shuffled(width, random) };
  for (let i = 0; i < layers; i++) {
    const g = shuffled(groups, random);
    permutations[`kvHeads.${i}`] = g;
    permutations[`heads.${i}`] = shuffledInside(g, heads / groups, random);
    permutations[`values.${i}`] = shuffledInside(g, headSize, random);
    permutations[`mlp.${i}`] = shuffled(mlp, random);
  }
  return permutations;
}

/** A permutation of units in blocks that follow the order of their parents. */
function shuffledInside(blocks: Int32Array, inner: number, random: () => number): Int32Array {
  const result = new Int32Array(blocks.length * inner);
  blocks.forEach((to, block) => {
    shuffled(inner, random).forEach((unit, i) => {
      result[block * inner + i] = to * inner + unit;
    });
  });
  return result;
}

function shuffled(n: number, random: () => number): Int32Array {
  const order = Int32Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = random() % (i + 1);
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}

/**
 * Writes a network of random weights as safetensors in bf16, tensor by tensor. The same seed gives the same weights,
 * to which `noise` adds others of that share of their scale.
 */
export function writeLlama(
  path: string,
  shape: LlamaShape,
  { seed, noise }: { seed: number; noise: number },
): void {
  const shapes = shapesOf(shape);
  let end = 0;
  const entries = shapes.map(([name, sizes]) => {
    const begin = end;
    end += 2 * sizes.reduce((product, size) => product * size, 1);
    return [name, { dtype: 'BF16', shape: sizes, data_offsets: [begin, end] }];
  });
  const header = Buffer.from(JSON.stringify(Object.fromEntries(entries)));
  const length = Buffer.alloc(8);
  length.writeBigUint64LE(BigInt(header.length));
  const file = openSync(path, 'w');
  writeSync(file, length);
  writeSync(file, header);
  for (const [i, [, sizes]] of shapes.entries()) {
    const size = sizes.reduce((product, length) => product * length, 1);
    const own = { seed: seed + 2 * i, noise, scale: 1 / Math.sqrt(shape.width) };
    writeAll(file, new Uint8Array(halves(size, own).buffer));
  }
  closeSync(file);
}

function halves(
  size: number,
  { seed, noise, scale }: { seed: number; noise: number; scale: number },
): Uint16Array {
  const [weight, error] = [randomBits(seed), randomBits(seed + 1)];
  const value = new Float32Array(1);
  const bits = new Uint32Array(value.buffer);
  return new Uint16Array(size).map(() => {
    value[0] = scale * (normal(weight()) + (noise === 0 ? 0 : noise * normal(error())));
    return (bits[0] + 0x8000) >>> 16;
  });
}

/** Writes bytes in pieces that one call can take. */
function writeAll(file: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; )
    done += writeSync(file, bytes, done, Math.min(2 ** 26, bytes.length - done));
}

/** Random integers of 32 bits (Marsaglia's xorshift). */
function randomBits(seed: number): () => number {
  let state = (Math.imul(seed + 1, 0x9e3779b1) ^ 0x5bd1e995) | 1;
  const next = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
  for (let i = 0; i < 20; i++) next();
  return next;
}

/** A nearly normal number with variance 1: the sum of the four bytes of a random integer. */
function normal(bits: number): number {
  const sum = (bits & 255) + ((bits >>> 8) & 255) + ((bits >>> 16) & 255) + (bits >>> 24);
  return (sum - 510) / 147.8;
}
