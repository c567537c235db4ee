import type { Shapes } from '../../params/internal';
import type { ModelConfig } from '../architecture';
import type { Patterns } from '../presets/layout';

/**
 * A family of transformers with Hugging Face's names, as data: the patterns of its parameters. Its place is in the
 * table of `transformers.ts`.
 *
 * In the names and the groups of a repeated block `#` is the number of the block. A word of a pattern is a group,
 * or a part that is fixed for a reason.
 */
export interface Transformer {
  /** The values of `model_type`. The first is the name of the family. */
  readonly types: readonly string[];
  /** The networks of the family, for lists, such as `GPT-2`. */
  readonly networks: string;
  /** The prefixes that names in `blocks` may have. The first is that of a network with a head. */
  readonly prefixes: readonly string[];
  /** True for a configuration of this family, where others have the same type. Default: the type tells. */
  readonly fits?: (config: ModelConfig) => boolean;
  /** The sizes in a configuration. Throws if one is missing or wrong. */
  readonly sizes: (config: ModelConfig) => TransformerSizes;
  /**
   * The sizes in the shapes of a network without a configuration, other than the numbers of blocks.
   * The network may be of any family; what is no integer is left out. Default: none.
   */
  readonly shownSizes?: (shapes: Shapes, prefix: string) => TransformerSizes;
  /**
   * The names of the sizes of groups that no axis shows by itself, such as `{ 'heads.#': 'heads' }`: the number of
   * units in all. A group of no units is left out of patterns, and so is one with a single unit in each unit of its
   * parent. Where the size is unknown, axes with the group are fixed.
   */
  readonly groups: Readonly<Record<string, string>>;
  /** The norm over the streams. Default `'layerNorm'`. */
  readonly norm?: 'layerNorm' | 'rmsNorm';
  /**
   * The embedding that is the head too in networks without a head of their own.
   *
   * - `param`: its name, after the prefix.
   * - `heads`: the parameters of heads that other networks have.
   * - `reads`: a parameter that shows such a head; by default, any network has one.
   */
  readonly tied?: {
    readonly param: string;
    readonly heads: readonly string[];
    readonly reads?: string;
  };
  /** The words of patterns that are fixed. */
  readonly fixed: Readonly<Record<string, FixedPart>>;
  /** The parameters in the order of the network. */
  readonly blocks: readonly TransformerBlock[];
  /** The blocks whose parameters depend on sizes, as those of stages do, after the others. Default: none. */
  readonly sizedBlocks?: (sizes: TransformerSizes) => readonly TransformerBlock[];
  /** The parameters whose names have no prefix, such as those of heads. */
  readonly outside?: Patterns;
  /** The forms that differ from the one above. Default: none. */
  readonly forms?: readonly TransformerForm[];
  /** Reasons to doubt the spec of a network that was recognised. Default: none. */
  readonly warnings?: readonly string[];
}

/** A form of a family's networks that differs from the usual one, such as an encoder without a head. */
export interface TransformerForm {
  /** The classes of such networks in `architectures` of a configuration, such as `BertModel`. */
  readonly classes: readonly string[];
  /** The parameters that show by their absence that a network has this form. Default: those of all heads. */
  readonly lacks?: readonly string[];
  /** The words of patterns that are outputs, and so are fixed. Default: none. */
  readonly outputs?: readonly string[];
  /** The sizes that differ, such as `{ decoderLayers: 0 }`. Default: none. */
  readonly sizes?: TransformerSizes;
  /** The parameters below the prefix, there once, whose patterns differ. Default: none. */
  readonly inside?: Patterns;
  /** The parameters of heads whose patterns differ. Default: none. */
  readonly outside?: Patterns;
  /** The usual prefix of the form. Default: that of the family. */
  readonly prefix?: string;
  /**
   * The parameters with which only the class shows the form. A network that has them and no class is taken for this form,
   * whose spec holds in either case, and `warning` says so.
   */
  readonly open?: { readonly has: readonly string[]; readonly warning: string };
  /**
   * True if a network whose head is tied to its embedding lacks the same parameters. The class then shows the form;
   * without one, the prefix does, and a warning says so.
   */
  readonly mayBeTied?: true;
}

/** Sizes by name, such as `heads`. One that is absent is unknown. */
export type TransformerSizes = Readonly<Record<string, number>>;

/** A part of an axis that no permutation may move. */
export interface FixedPart {
  /** The reason, for `explainSpec`. */
  readonly why: string;
  /** The name of its size. Default: it is read from the shape. */
  readonly size?: string;
}

/** Parameters of a network, once or repeated. */
export interface TransformerBlock {
  /** The name of the number of blocks, such as `layers`. Default: the parameters are there once. */
  readonly repeat?: string;
  readonly params: Patterns;
}

/** The blocks of a network of these sizes. */
export function blocksOf({ blocks, sizedBlocks }: Transformer, sizes: TransformerSizes) {
  return sizedBlocks === undefined ? blocks : [...blocks, ...sizedBlocks(sizes)];
}
