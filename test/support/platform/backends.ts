import { useBackend } from '../backend';
import { startWebGpu } from '../webgpu';

/** The tfjs backends of Node on which the contract is tested; the first is the oracle of the others. */
export const backends: readonly string[] = ['cpu', 'wasm', 'webgpu'];

const missing = await startWebGpu();
if (missing) process.stderr.write(`webgpu tests skipped: ${missing}\n`);

/** True if a backend can run here; the reason is printed if it cannot. */
export const canRun = (backend: string): boolean => backend !== 'webgpu' || missing === null;

/**
 * The cases of a table that run on a backend: all, but on WebGPU the first, since in software it takes most of the time
 * of all tests. Chromium runs all cases on it.
 */
export function casesOn<Case>(backend: string, cases: readonly Case[]): readonly Case[] {
  return backend === 'webgpu' ? cases.slice(0, 1) : cases;
}

/** Sets the current backend. */
export async function start(backend: string): Promise<void> {
  await useBackend(backend);
}
