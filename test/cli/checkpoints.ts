import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Params } from 'perm-lmc';
import { serializeSafetensors } from 'perm-lmc';
import { afterAll } from 'vitest';

/** The path of a fixture such as `mlp64_A`. */
export function fixture(name: string): string {
  return fileURLToPath(new URL(`../fixtures/${name}.safetensors`, import.meta.url));
}

/** A folder that is gone after the tests of the file; a function for the paths in it. */
export function temporaryFolder(): (name: string) => string {
  const folder = mkdtempSync(join(tmpdir(), 'perm-lmc-command-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  return (name) => join(folder, name);
}

/** Writes params to a file, replacing what is there. */
export async function writeParams(path: string, params: Params): Promise<string> {
  writeFileSync(path, await serializeSafetensors(params));
  return path;
}
