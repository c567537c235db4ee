import { defineConfig, type Options } from 'tsup';
import { writeBrowserTfjs } from './scripts/browserTfjs';
import { packagesInside, writeLicences } from './scripts/bundledLicences';

const library: Options = {
  target: 'es2022',
  platform: 'neutral',
  external: ['@tensorflow/tfjs-core', 'munkres-js', 'piscina', /^node:/],
  // As they stand in the sources: bundlers and other runtimes know Node's modules by their prefix.
  removeNodeProtocol: false,
  splitting: true,
};

const entryPoints: Options = {
  ...library,
  entry: { index: 'src/index.ts', node: 'src/node/index.ts', plots: 'src/plots/index.ts' },
  dts: true,
};

export default defineConfig([
  { ...entryPoints, format: 'esm', sourcemap: true, clean: true },
  {
    ...entryPoints,
    format: 'cjs',
    // What the figures use is published as ES modules alone: a CommonJS file has it inside.
    noExternal: packagesInside.commonJs,
    onSuccess: () => writeLicences('dist/plots.cjs.LICENSE.txt', ['d3-scale', 'd3-shape']),
    // No source maps: where chunks are split, tsup's lead to its own ES modules by their path on this machine.
    esbuildOptions(options) {
      // CommonJS has no import.meta: what needs it asks for __filename instead.
      options.define = { ...options.define, 'import.meta.url': 'undefined' };
    },
  },
  {
    // For pages without a bundler: all that is needed inside, but tfjs.
    ...library,
    entry: { 'perm-lmc': 'src/index.ts', plots: 'src/plots/index.ts' },
    outDir: 'dist/browser',
    format: 'esm',
    platform: 'browser',
    external: ['@tensorflow/tfjs-core'],
    noExternal: packagesInside.browser,
    minify: true,
    sourcemap: true,
    async onSuccess() {
      await writeLicences('dist/browser/LICENSE.txt', ['d3-scale', 'd3-shape', 'munkres-js']);
      await writeBrowserTfjs('dist/browser/tfjs.js');
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
