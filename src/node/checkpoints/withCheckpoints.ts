import { invalid } from '../../errors';
import type { Checkpoint } from './checkpoint';
import type { CheckpointTensor } from './checkpointFormat';
import { formatOfFile } from './formatOfFile';
import { type PrefixMappings, renamedBy } from './renamedBy';

/** Opens checkpoints, runs `work` on them, and closes them. */
export async function withCheckpoints<Result>(
  paths: readonly string[],
  renamePrefix: PrefixMappings | undefined,
  work: (checkpoints: readonly Checkpoint[]) => Promise<Result>,
): Promise<Result> {
  const open: Omit<Checkpoint, 'tensors'>[] = [];
  try {
    const checkpoints: Checkpoint[] = [];
    for (const path of paths) {
      const format = await formatOfFile(path);
      const stored = await format.open(path);
      open.push({ ...stored, path, format });
      checkpoints.push({
        ...stored,
        path,
        format,
        tensors: tensorsByName(path, stored.tensors, renamePrefix),
      });
    }
    return await work(checkpoints);
  } finally {
    await Promise.all(open.map(({ close }) => close()));
  }
}

/** The tensors by their names after prefixes are renamed. */
function tensorsByName(
  path: string,
  tensors: readonly CheckpointTensor[],
  renamePrefix: PrefixMappings | undefined,
): ReadonlyMap<string, CheckpointTensor> {
  const names = renamedBy(
    tensors.map(({ name }) => name),
    renamePrefix,
  );
  const byName = new Map(tensors.map((tensor, i) => [names[i], tensor]));
  if (byName.has('')) {
    const problem = `the prefix to rename is the whole name of a tensor of '${path}'`;
    throw invalid(problem, 'Rename a shorter prefix', {
      param: 'renamePrefix',
      received: renamePrefix,
    });
  }
  return byName;
}
