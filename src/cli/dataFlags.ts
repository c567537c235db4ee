import type { CommandBackend } from './commandBackend';
import type { DerivationFlags } from './deriveSpec';
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

/** The settings of the library for networks that run on data. */
export function dataSettings({ signal }: Session, flags: DataFlags & { readonly data: string }) {
  const { data, forward: graph, networkOutput, inputShape, renamePrefix } = flags;
  return { data, graph, networkOutput, inputShape, renamePrefix, signal };
}
