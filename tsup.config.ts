import { defineConfig, type Options } from 'tsup';

const entryPoints: Options = {
  entry: { index: 'src/index.ts', node: 'src/node/index.ts' },
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
]);
