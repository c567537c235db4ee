import type { Patterns } from '../presets/layout';
import { linear } from './linear';

/** The names of the dense layers of an attention, after a prefix. */
export interface AttentionLayers {
  readonly query: string;
  readonly key: string;
  readonly value: string;
  readonly output: string;
}

/** The groups of an attention. */
export interface AttentionGroups {
  /** The stream that queries are read from, and to which the result is added. */
  readonly stream: string;
  /** The stream that keys and values are read from. Default: the same. */
  readonly memory?: string;
  readonly heads: string;
  /** The dimensions of queries and keys inside each head. */
  readonly keys: string;
  /** The dimensions of values inside each head. */
  readonly values: string;
}

/** The patterns of an attention without rotary positions: linear layers [out, in] with optional biases. */
export function attentionLayers(
  { query, key, value, output }: AttentionLayers,
  { stream, memory = stream, heads, keys, values }: AttentionGroups,
): Patterns {
  const scores = `(${heads} ${keys}[${heads}])`;
  const mixed = `(${heads} ${values}[${heads}])`;
  return {
    ...linear(query, scores, stream),
    ...linear(key, scores, memory),
    ...linear(value, mixed, memory),
    ...linear(output, stream, mixed),
  };
}
