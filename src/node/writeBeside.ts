import { mkdir, realpath, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { invalid } from '../errors';
import type { OnnxFiles } from '../onnx';
import { assertInside, isInside } from './readBeside';
import { type WriteSettings, writeBytes, writeTogether } from './writeWhole';

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
  for (const [location, data] of Object.entries(externalData)) {
    files.push([await pathBeside(path, location), data]);
  }
  await writeTogether(
    [...files, [path, bytes] as const].map(([own, data]) => ({
      path: own,
      write: (handle) => writeBytes(handle, data, yieldPoint),
    })),
    destination,
  );
}

/** The path of external data. Folders on the way are created. */
async function pathBeside(model: string, location: string): Promise<string> {
  assertInside(location);
  const folder = dirname(model);
  const parts = location.split(/[\\/]/).filter((part) => part !== '' && part !== '.');
  let inner = folder;
  for (const part of parts.slice(0, -1)) {
    inner = join(inner, part);
    await makeFolder(inner);
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

/** Creates a folder if there is none. */
async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    if ((await stat(path)).isDirectory()) return;
    throw invalid(
      `external data needs the folder '${path}', but there is a file of that name`,
      'Choose another path for the output',
      { received: path, cause: error },
    );
  }
}
