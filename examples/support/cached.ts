import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import type { Params } from 'perm-lmc';
import { readSafetensors, writeSafetensors } from 'perm-lmc/node';

/** What the params of a file were made with: what JSON can hold. */
export type Settings = Readonly<Record<string, unknown>>;

/**
 * The params that the safetensors file at `path` holds, if it was written with the same settings, so
 * that an interrupted study goes on where it stopped. Otherwise the params that `make` gives, written
 * to the file, which is never there in part. They belong to the caller, who disposes them.
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
  // It writes to a temporary file, which it renames at the end.
  await writeSafetensors(path, params, { metadata, overwrite: true });
  return params;
}

/** Whether a file's settings are these, in whatever order their names stand. */
function sameSettings(stored: string | undefined, settings: Settings): boolean {
  if (stored === undefined) return false;
  return isDeepStrictEqual(JSON.parse(stored), JSON.parse(JSON.stringify(settings)));
}
