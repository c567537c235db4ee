/**
 * Bundles what threads run into src/node/matchThread.js, where the sources look for it when they are
 * run as they are: vitest calls it before all tests. The package has its own, made by tsup.config.ts.
 */
import { build } from 'tsup';

/** What vitest calls. */
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
