import type { Shapes } from '../params/internal';
import type { PermutationSpec } from '../symmetry';

/** The contents of a `config.json`, as Hugging Face's transformers write it. */
export type ModelConfig = Readonly<Record<string, unknown>>;

/** The names and shapes of a network's parameters, and its configuration. */
export interface NetworkListing {
  readonly shapes: Shapes;
  /** Null if there is none. */
  readonly config: ModelConfig | null;
}

/**
 * A family of networks whose specs are found from names, shapes and configurations. Its place is in the table of
 * `architectures.ts`.
 */
export interface Architecture {
  /** The name of the family in one word, such as `densenet`. */
  readonly name: string;
  /** The networks of the family, for lists, such as `densenet121 … densenet201, as in torchvision`. */
  readonly networks: string;
  /** True if the family is tried only if it is named, because names and shapes do not tell it from another. */
  readonly onRequest?: boolean;
  /**
   * The specs that a network of these names may have; none if the names are of another family. Each is tried
   * against the shapes, so a candidate may be wrong.
   */
  readonly candidates: (network: NetworkListing) => readonly Candidate[];
}

/** A spec that a network may have. */
export interface Candidate {
  /** The name for messages, such as `resnet:2,2,2,2`. */
  readonly name: string;
  /** Makes the spec. It may throw an InvalidInputError with the reason that the network is not supported. */
  readonly spec: () => PermutationSpec;
}
