import { basename, dirname, join } from 'node:path';
import { type MergedFile, repairFile, withTemporaryFolder } from '../node/internal';
import { BATCH_SIZE, type DataFlags, dataSettings } from './dataFlags';
import type { ProgressLine } from './progressLine';
import type { Session } from './session';

/** A merge whose result is repaired. */
export interface RepairedMerge extends Omit<MergedFile, 'merged'> {
  readonly output: string;
  readonly overwrite: boolean;
  /** True to recompute the statistics of batch normalisation, and change nothing else. */
  readonly statisticsOnly: boolean;
  /** Throws if a network has changed since it was matched. */
  readonly assertInputs: () => Promise<void>;
  /** Writes the mean to a path that is free. */
  readonly merge: (path: string) => Promise<unknown>;
}

/**
 * Merges networks and repairs the result, or its statistics of batch normalisation alone, on the data of a command line. The mean itself is kept in a temporary folder
 * beside the output.
 *
 * @returns The names of the tensors that the repair changed.
 */
export function mergeRepaired(
  session: Session,
  { output, overwrite, statisticsOnly, assertInputs, merge, ...networks }: RepairedMerge,
  flags: DataFlags,
  line: ProgressLine,
): Promise<readonly string[]> {
  return withTemporaryFolder(dirname(output), '.perm-lmc-', async (folder) => {
    try {
      const merged = join(folder, basename(output));
      await merge(merged);
      return await repairFile(
        { merged, ...networks },
        {
          ...dataSettings(session, { ...flags, data: flags.data! }),
          ...{
            output,
            overwrite,
            statisticsOnly,
            assertInputs,
            batchSize: flags.batchSize ?? BATCH_SIZE,
          },
          onProgress: ({ done, total, param }) => line.show(`repairing ${done}/${total}  ${param}`),
        },
      );
    } finally {
      line.clear();
    }
  });
}
