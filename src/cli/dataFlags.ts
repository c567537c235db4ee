import type { CommandBackend } from './commandBackend';
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

/** The flags that only matching by weights takes. */
const OF_WEIGHTS = [
  ['seed', '--seed'],
  ['restarts', '--restarts'],
  ['start', '--start'],
  ['initial', '--initial'],
  ['search', '--search'],
  ['maxSweeps', '--max-sweeps'],
  ['order', '--order'],
  ['includeStatistics', '--include-statistics'],
  ['memory', '--memory'],
  ['threads', '--threads'],
] as const;

/** Throws if a match by activations lacks data, or has a flag of matching by weights. */
export function assertActivationFlags(flags: Partial<MatchFlags> & DataFlags): void {
  if (flags.method !== 'activations') return;
  const idle = OF_WEIGHTS.find(([name]) => flags[name] !== undefined);
  if (idle) throw new UsageError(`--method activations takes no ${idle[1]}: leave it out`);
  if (flags.data !== undefined) return;
  throw new UsageError('--method activations needs samples: pass --data FILE');
}

/** Throws unless data are passed exactly where a match uses them. */
export function assertDataUsed(flags: Partial<MatchFlags> & DataFlags): void {
  assertActivationFlags(flags);
  if (flags.method === 'activations' || flags.data === undefined) return;
  throw new UsageError('--data is for --method activations: pass it, or leave out --data');
}

/** The settings of the library for networks that run on data. */
export function dataSettings({ signal }: Session, flags: DataFlags & { readonly data: string }) {
  const { data, forward: graph, networkOutput, inputShape, renamePrefix } = flags;
  return { data, graph, networkOutput, inputShape, renamePrefix, signal };
}
