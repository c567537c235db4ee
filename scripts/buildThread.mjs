/**
 * Bundles the program of a thread into src/node/matchThread.js, where the sources find it when they run
 * unbuilt. Vitest calls it before all tests. The package has its own bundle, made by tsup.config.ts.
 */
import { build } from 'tsup';

/** Called by vitest. */
export async function setup() {
  await build({
    entry: { matchThread: 'src/node/matchThread.ts' },
    outDir: 'src/node',
    format: 'esm',
    platform: 'neutral',
    config: false,
    silent: true,
  });
}
