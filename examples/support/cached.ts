import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import type { Params } from 'perm-lmc';
import { readSafetensors, writeSafetensors } from 'perm-lmc/node';

/** The settings that the params of a file were made with: JSON values. */
export type Settings = Readonly<Record<string, unknown>>;

/**
 * The params of the safetensors file at `path`, if it was written with the same settings, so that an
 * interrupted study continues where it stopped. Otherwise the params that `make` returns, which are written
 * to the file; an incomplete file is never left. The caller disposes the params.
 *
 * @example
 * ```ts
 * const settings = { widths: [784, 512, 10], seed: 1, epochs: 3 };
 * const params = await cached('out/mlp-1.safetensors', settings, () => trainMlp({ train, ...settings }));
 * ```
 */
export async function cached(
  path: string,
  settings: Settings,
  make: () => Params | Promise<Params>,
): Promise<Params> {
  if (existsSync(path)) {
    const { params, metadata } = await readSafetensors(path);
    if (sameSettings(metadata.settings, settings)) return params;
    tf.dispose(params);
  }
  const params = await make();
  mkdirSync(dirname(path), { recursive: true });
  const metadata = { settings: JSON.stringify(settings) };
  // It is written to a temporary file, which is renamed at the end.
  await writeSafetensors(path, params, { metadata, overwrite: true });
  return params;
}

/** True if a file's settings are these, in any order of their names. */
function sameSettings(stored: string | undefined, settings: Settings): boolean {
  if (stored === undefined) return false;
  return isDeepStrictEqual(JSON.parse(stored), JSON.parse(JSON.stringify(settings)));
}
