import type { FixedReason, PermutationSpec } from '../../symmetry';
import { permutationSpec } from '../../symmetry';
import type { Patterns } from '../presets/layout';
import { usesOfTransformer, withJointUses } from '../withJointUses';
import { withReasons } from '../withReasons';
import { layerNormalisation } from './layerNormalisation';
import { attentionGroups, type PackedAttentionNames, packedAttention } from './packedAttention';
import { perceptron } from './perceptron';

/** The group of the residual stream of a vision transformer. */
export const STREAM = 'stream';

/** The names of the layers of a vision transformer. */
export interface VitForm {
  /** Patterns of the parameters before and after the layers, with the group {@link STREAM}. */
  readonly before: Patterns;
  readonly after: Patterns;
  readonly layers: readonly VitLayer[];
  /** The number of heads. Null if it is not known. */
  readonly heads: number | null;
}

/** The names of a layer. */
export interface VitLayer {
  readonly norms: readonly [attention: string, mlp: string];
  readonly attention: PackedAttentionNames;
  readonly mlp: readonly [first: string, second: string];
  /** Factors for the channels of the stream, which the network may lack. */
  readonly scales: readonly string[];
}

/** The spec of a vision transformer. Without the number of heads, the dimensions of the attentions stay fixed. */
export function vitSpec({ before, after, layers, heads }: VitForm): PermutationSpec {
  const patterns = { ...before };
  const sizes: Record<string, number> = {};
  for (const { norms, attention, mlp, scales } of layers) {
    if (heads !== null) sizes[attentionGroups(attention.attention)[0]] = heads;
    Object.assign(
      patterns,
      layerNormalisation(norms[0], STREAM),
      packedAttention(attention, STREAM, heads !== null),
      Object.fromEntries(scales.map((name) => [name, `? ${STREAM}>`])),
      layerNormalisation(norms[1], STREAM),
      perceptron(...mlp, STREAM),
    );
  }
  const spec = withJointUses(
    permutationSpec({ ...patterns, ...after }, { sizes }),
    usesOfTransformer(new Set([STREAM])),
  );
  return heads === null ? withReasons(spec, unknownHeads(layers)) : spec;
}

function unknownHeads(layers: readonly VitLayer[]) {
  const why = 'the number of heads is not known';
  const fixed = layers.flatMap(({ attention: { weight, bias, output } }): FixedReason[] => [
    { param: weight, axis: 0, why },
    { param: bias, axis: 0, why },
    { param: `${output}.weight`, axis: 1, why },
  ]);
  const warning =
    'Names and shapes do not show the number of heads, and no published network has this width and depth. The ' +
    'dimensions of queries, keys and values stay fixed. Give num_attention_heads in the configuration to permute them.';
  return { fixed, warnings: [warning] };
}
