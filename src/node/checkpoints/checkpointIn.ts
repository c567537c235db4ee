import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { listNames } from '../../checks';
import { invalid } from '../../errors';
import { aboutFile } from '../aboutFile';
import { formatsNamed } from './formatOfFile';

/** The names that Hugging Face's libraries and tfjs give to a checkpoint in a folder. The first that is there is read. */
const USUAL_NAMES = [
  'model.safetensors.index.json',
  'model.safetensors',
  'pytorch_model.bin.index.json',
  'pytorch_model.bin',
  'model.json',
];

/**
 * The path of the checkpoint in a folder: the one that has a usual name, or else the only one. Other paths are returned
 * as they are.
 *
 * @throws InvalidInputError if the folder has no checkpoint, or several without a usual name.
 */
export async function checkpointIn(path: string): Promise<string> {
  if (!(await isFolder(path))) return path;
  const names = (await readdir(path)).sort();
  const usual = USUAL_NAMES.find((name) => names.includes(name));
  if (usual !== undefined) return join(path, usual);
  const found = checkpointsAmong(names);
  if (found.length === 1) return join(path, found[0]);
  return aboutFile(path, () => {
    throw invalid(
      found.length === 0
        ? 'the folder has no checkpoint'
        : `the folder has several checkpoints: ${listNames(found)}`,
      `Pass the path of a file, or a folder with one of ${USUAL_NAMES.join(', ')}`,
      { received: path },
    );
  });
}

async function isFolder(path: string): Promise<boolean> {
  // A path that is missing is an error where it is opened.
  return (await stat(path).catch(() => null))?.isDirectory() ?? false;
}

/** The names of checkpoints: the indexes of shards, or if there are none, the files of a format. */
function checkpointsAmong(names: readonly string[]): string[] {
  const indexes = names.filter((name) => name.endsWith('.index.json'));
  if (indexes.length > 0) return indexes;
  return names.filter((name) => !name.endsWith('.json') && formatsNamed(name).length > 0);
}
