import { defineConfig, type Options } from 'tsup';
import { bundled, writeLicences } from './scripts/bundledLicences';
import { commandBuild } from './scripts/commandBuild';

const entryPoints: Options = {
  entry: { index: 'src/index.ts', node: 'src/node/index.ts', plots: 'src/plots/index.ts' },
  target: 'es2022',
  platform: 'neutral',
  external: ['@tensorflow/tfjs-core', 'munkres-js', 'piscina', /^node:/],
  dts: true,
  splitting: true,
};

export default defineConfig([
  { ...entryPoints, format: 'esm', sourcemap: true, clean: true },
  {
    ...entryPoints,
    format: 'cjs',
    // What the figures use is published as ES modules alone: a CommonJS file has it inside.
    noExternal: bundled,
    onSuccess: writeLicences,
    // No source maps: where chunks are split, tsup's lead to its own ES modules by their path on this machine.
    esbuildOptions(options) {
      // CommonJS has no import.meta: what needs it asks for __filename instead.
      options.define = { ...options.define, 'import.meta.url': 'undefined' };
    },
  },
  {
    // What the threads of perm-lmc/node run: one file, without tfjs.
    entry: { matchThread: 'src/node/matchThread.ts' },
    format: 'esm',
    target: 'es2022',
    platform: 'neutral',
    sourcemap: true,
  },
  commandBuild,
]);
