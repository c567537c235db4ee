import { mkdir, realpath, rmdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { invalid } from '../errors';
import type { OnnxFiles } from '../onnx';
import { pathError } from './pathError';
import { assertInside, isInside } from './readBeside';
import { writeBytes } from './writeBytes';
import { type WriteSettings, writeTogether } from './writeWhole';

/** The destination of a model. */
interface ModelDestination extends WriteSettings {
  readonly path: string;
  readonly yieldPoint: () => Promise<void>;
}

/**
 * Writes a model, with its external data beside it. Files are renamed into place when all of them are written, the
 * model last.
 *
 * @throws InvalidInputError if external data would be outside of the folder of the model, also by a link.
 */
export async function writeBeside(
  { bytes, externalData }: OnnxFiles,
  destination: ModelDestination,
): Promise<void> {
  const { path, yieldPoint } = destination;
  const files: [string, Uint8Array][] = [];
  const made: string[] = [];
  try {
    for (const [location, data] of Object.entries(externalData)) {
      files.push([await pathBeside(path, location, made), data]);
    }
    await writeTogether(
      [...files, [path, bytes] as const].map(([own, data]) => ({
        path: own,
        write: (handle) => writeBytes(handle, data, yieldPoint),
      })),
      destination,
    );
  } catch (error) {
    for (const folder of made.reverse()) await rmdir(folder).catch(() => {});
    throw error;
  }
}

/** The path of external data. Folders on the way are created, and added to `made`. */
async function pathBeside(model: string, location: string, made: string[]): Promise<string> {
  assertInside(location);
  const folder = dirname(model);
  const parts = location.split(/[\\/]/).filter((part) => part !== '' && part !== '.');
  let inner = folder;
  for (const part of parts.slice(0, -1)) {
    inner = join(inner, part);
    if (await makeFolder(inner)) made.push(inner);
    const real = await realpath(inner);
    if (isInside(await realpath(folder), real)) continue;
    throw invalid(
      `its external data '${location}' would be written to '${real}', outside of the folder of the model`,
      'Choose another folder for the output',
      { param: 'location', received: location },
    );
  }
  const path = join(inner, parts[parts.length - 1]);
  await assertNoFolder(path);
  return path;
}

async function assertNoFolder(path: string): Promise<void> {
  const there = await stat(path).catch(() => null);
  if (!there?.isDirectory()) return;
  throw invalid(
    `external data needs the file '${path}', but there is a folder of that name`,
    'Choose another path for the output',
    { received: path },
  );
}

/** Creates a folder if there is none. Returns true if it did. */
async function makeFolder(path: string): Promise<boolean> {
  try {
    await mkdir(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw pathError(path, error);
    if ((await stat(path)).isDirectory()) return false;
    throw invalid(
      `external data needs the folder '${path}', but there is a file of that name`,
      'Choose another path for the output',
      { received: path, cause: error },
    );
  }
}
