import type { ResolvedSpec } from '../../symmetry/internal';
import type { Dtypes } from '../weights/includedParameters';
import type { StoredValues } from '../weights/matchedNetworks';

/** The place where networks are kept: tensors, functions that load them, or checkpoints. */
export interface NetworkStore<Stored extends StoredNetwork = StoredNetwork> {
  /** The names of the networks in messages, `[networks]`. */
  readonly labels: readonly string[];
  readonly resolved: ResolvedSpec;
  readonly dtypes: Dtypes;
  /** The included parameters. */
  readonly names: readonly string[];
  /** The shape of a parameter's view, the same in all networks. */
  shape(param: string): readonly number[];
  /** Opens a network; it throws if it does not fit the others. The caller disposes the result. */
  open(network: number): Promise<Stored>;
}

/** A network of a store, whose values can be read until it is disposed. */
export interface StoredNetwork {
  /** The values of a parameter's view, row-major. Callers must not change them. */
  values(param: string): Promise<Float32Array>;
  /** A parameter as it is stored, for errors that give the place of a value in it. */
  readStored(param: string): Promise<StoredValues>;
  dispose(): void;
}
