import type { CommandBackend } from './commandBackend';
import { assertMethodFlags, isDataMethod, METHODS_ON_DATA } from './dataMethod';
import type { DerivationFlags } from './deriveSpec';
import { UsageError } from './exit';
import type { MatchFlags } from './matchByFlags';
import type { Session } from './session';

/** The flags of commands that run networks on data. */
export interface DataFlags extends DerivationFlags {
  /** The file of samples and labels. */
  readonly data?: string;
  /** The ONNX file with the graph. */
  readonly forward?: string;
  /** The output of the graph that is used. */
  readonly networkOutput?: string;
  readonly batchSize?: number;
  readonly backend?: CommandBackend;
}

/** The number of samples in a batch, unless the flags say otherwise. */
export const BATCH_SIZE = 250;

/** Throws if a match on data lacks them, or a flag is for other methods than the one chosen. */
export function assertMethod(flags: Partial<MatchFlags> & DataFlags): void {
  assertMethodFlags(flags);
  const { method, data } = flags;
  if (!isDataMethod(method) || data !== undefined) return;
  const needs = method === 'activations' ? 'samples' : 'samples and labels';
  throw new UsageError(`--method ${method} needs ${needs}: pass --data FILE`);
}

/** Throws unless data are passed exactly where a match uses them. */
export function assertDataUsed(flags: Partial<MatchFlags> & DataFlags): void {
  assertMethod(flags);
  if (isDataMethod(flags.method) || flags.data === undefined) return;
  throw new UsageError(`--data is for ${METHODS_ON_DATA}: pass one of them, or leave out --data`);
}

/** The settings of the library for networks that run on data. */
export function dataSettings({ signal }: Session, flags: DataFlags & { readonly data: string }) {
  const { data, forward: graph, networkOutput, inputShape, renamePrefix } = flags;
  return { data, graph, networkOutput, inputShape, renamePrefix, signal };
}
