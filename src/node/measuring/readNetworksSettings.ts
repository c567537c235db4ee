import type { PrefixMappings } from '../checkpoints/renamedBy';

/** Settings for reading networks of one graph. */
export interface ReadNetworksSettings {
  /** The file with the graph of all networks; undefined to take the first of the files that has one. */
  readonly graph: string | undefined;
  /** The output of the graph that is compared with labels; undefined if the graph has one. */
  readonly networkOutput: string | undefined;
  /** The shape of the input without the batch, for sizes that the graph leaves open. */
  readonly inputShape?: readonly number[] | undefined;
  readonly renamePrefix: PrefixMappings;
  readonly signal: AbortSignal;
}
