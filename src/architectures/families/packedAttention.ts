import { consumed, dense, type Patterns, produced } from '../presets/layout';

/** The names of the parameters of an attention whose queries, keys and values are one dense layer. */
export interface PackedAttentionNames {
  /** The prefix of the groups' names. */
  readonly attention: string;
  readonly weight: string;
  readonly bias: string;
  /** The dense layer after the heads. */
  readonly output: string;
}

/**
 * The patterns of an attention: the heads are a group, with the dimensions that queries and keys share and those of
 * the values inside each head.
 *
 * @param heads - False if the number of heads is not known: the dimensions stay fixed.
 */
export function packedAttention(
  { attention, weight, bias, output }: PackedAttentionNames,
  stream: string,
  heads: boolean,
): Patterns {
  const [head, key, value] = attentionGroups(attention);
  const keys = `${head} ${key}[${head}]`;
  const values = `${head} ${value}[${head}]`;
  const packed = heads ? `(${keys} + ${keys} + ${values})` : '_';
  return {
    [weight]: `${produced(packed)} ${consumed(stream)}`,
    [bias]: `? ${produced(packed)}`,
    ...dense('pytorch', output, heads ? `(${values})` : '_', stream),
  };
}

/** The groups of an attention: its heads, the dimensions of queries and keys, and those of values. */
export function attentionGroups(attention: string): [heads: string, keys: string, values: string] {
  return [`${attention}.heads`, `${attention}.keys`, `${attention}.values`];
}
