import { defineConfig } from 'tsup';

export default defineConfig([
  {
    entry: { index: 'src/index.ts', node: 'src/node/index.ts' },
    format: ['esm', 'cjs'],
    target: 'es2022',
    platform: 'neutral',
    external: ['@tensorflow/tfjs-core', 'munkres-js', 'piscina', /^node:/],
    dts: true,
    splitting: true,
    sourcemap: true,
    clean: true,
    esbuildOptions(options, { format }) {
      // CommonJS has no import.meta: what needs it asks for __filename instead.
      if (format === 'cjs') options.define = { ...options.define, 'import.meta.url': 'undefined' };
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
