import { InvalidInputError, invalid } from '../../errors';
import { checkName } from '../../io/internal';
import { aboutFile } from '../aboutFile';
import { type OpenFiles, together } from '../together';
import type { Checkpoint } from './checkpoint';
import type {
  CheckpointFormat,
  CheckpointTensor,
  OpenOptions,
  StoredCheckpoint,
} from './checkpointFormat';
import { checkpointIn } from './checkpointIn';
import type { CheckpointOptions } from './checkpointOptions';
import { formatOfFile } from './formatOfFile';
import { namedAsFirst } from './namedAsFirst';
import { type PrefixMappings, renamedBy } from './renamedBy';

/**
 * Opens checkpoints, runs `work` on them, and closes them. Normalisations have the names of the first checkpoint.
 *
 * @throws InvalidInputError if another program writes a checkpoint in the meantime: the result would be of old and new
 * values.
 */
export async function withCheckpoints<Result>(
  paths: readonly string[],
  { renamePrefix, ...options }: CheckpointOptions,
  work: (checkpoints: readonly Checkpoint[]) => Promise<Result>,
): Promise<Result> {
  const opened = await openAll(paths, options);
  try {
    const all = opened.map(({ path, tensors }) => tensorsByName(path, tensors, renamePrefix));
    const checkpoints = opened.map((own, i) => ({
      ...own,
      tensors: i === 0 ? all[i] : namedAsFirst(all[0], all[i]),
    }));
    return await whileUnchanged(together(opened), () => work(checkpoints));
  } finally {
    await together(opened).close();
  }
}

/** The result of work on files. If one has changed, that is the error, whether the work succeeded or failed. */
async function whileUnchanged<Result>(
  { assertUnchanged }: OpenFiles,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    const result = await work();
    await assertUnchanged();
    return result;
  } catch (error) {
    if (error instanceof InvalidInputError) await assertUnchanged();
    throw error;
  }
}

/** A checkpoint that is open, with its own names. */
interface OpenCheckpoint extends StoredCheckpoint {
  readonly path: string;
  readonly format: CheckpointFormat;
}

/** Opens checkpoints, those of one format together. A folder stands for the checkpoint in it. */
async function openAll(given: readonly string[], options: OpenOptions): Promise<OpenCheckpoint[]> {
  const paths: string[] = [];
  for (const path of given) paths.push(await checkpointIn(path));
  const formats: CheckpointFormat[] = [];
  for (const path of paths) formats.push(await formatOfFile(path));
  const opened: OpenCheckpoint[] = [];
  try {
    for (const format of new Set(formats)) {
      const places = [...paths.keys()].filter((i) => formats[i] === format);
      const stored = await format.open(
        places.map((i) => paths[i]),
        options,
      );
      for (const [k, i] of places.entries()) opened[i] = { ...stored[k], path: paths[i], format };
    }
    return opened;
  } catch (error) {
    await together(opened.filter((each) => each !== undefined)).close();
    throw error;
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
  for (const name of names) aboutFile(path, () => checkName('tensor', name));
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
