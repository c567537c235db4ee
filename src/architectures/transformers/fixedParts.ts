import type { FixedPart } from './transformer';

/** The fixed parts that several families have, for their field `fixed`. */
export const fixedParts = {
  vocab: { why: 'tokens are the input and the output' },
  labels: { why: 'it reaches the output' },
  positions: { why: 'positions are counted' },
  segments: { why: 'the segments of the input are counted' },
  pixels: { why: 'pixels are the input' },
  rotary: {
    size: 'rotary',
    why: 'RoPE rotates each dimension of queries and keys by an angle of its own',
  },
} as const satisfies Record<string, FixedPart>;
