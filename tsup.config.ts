import { defineConfig } from 'tsup';

export default defineConfig({
  entry: { index: 'src/index.ts', node: 'src/node/index.ts' },
  format: ['esm', 'cjs'],
  target: 'es2022',
  platform: 'neutral',
  external: ['@tensorflow/tfjs-core', 'munkres-js', /^node:/],
  dts: true,
  splitting: true,
  sourcemap: true,
  clean: true,
});
