import { defineConfig, type Options } from 'tsup';
import { writeBrowserTfjs } from './scripts/browserTfjs';
import { buildCommand } from './scripts/buildCommand';
import { packagesInside, writeLicences } from './scripts/bundledLicences';
import { keepModules, modulesOf } from './scripts/modules';

const entryPoints = {
  index: 'src/index.ts',
  'node/index': 'src/node/index.ts',
  'onnx/index': 'src/onnx/index.ts',
  'plots/index': 'src/plots/index.ts',
};

/** The modules that have packages inside, with the packages whose licences they need. */
const bundles = {
  'plots/d3': ['d3-scale', 'd3-shape'],
  'onnx/wire/bufbuild': ['@bufbuild/protobuf'],
};

const shared: Options = {
  target: 'es2022',
  platform: 'neutral',
  external: [
    ...['@tensorflow/tfjs-core', '@tensorflow/tfjs-layers', '@tensorflow/tfjs-converter'],
    ...['munkres-js', 'piscina', 'h5wasm', /^node:/],
  ],
  // As they stand in the sources: bundlers and other runtimes know Node's modules by their prefix.
  removeNodeProtocol: false,
};

export default defineConfig(
  async (): Promise<Options[]> => [
    {
      ...shared,
      entry: await ownModules(),
      format: 'esm',
      esbuildPlugins: [keepModules],
      dts: { entry: entryPoints },
      sourcemap: true,
      clean: true,
    },
    ...Object.entries(bundles).map(
      ([module, packages]): Options => ({
        ...shared,
        entry: { [module]: `src/${module}.ts` },
        format: 'esm',
        noExternal: packagesInside.library,
        sourcemap: true,
        onSuccess: () => writeLicences(`dist/${module}.js.LICENSE.txt`, packages),
      }),
    ),
    {
      ...shared,
      entry: entryPoints,
      format: 'cjs',
      // Its types are those of the ES modules: scripts/commonJsTypes.mjs copies them.
      splitting: true,
      noExternal: packagesInside.library,
      async onSuccess() {
        await writeLicences('dist/plots/index.cjs.LICENSE.txt', bundles['plots/d3']);
        await writeLicences('dist/onnx/index.cjs.LICENSE.txt', bundles['onnx/wire/bufbuild']);
      },
      // No source maps: where chunks are split, tsup's lead to its own ES modules by their path on this machine.
      esbuildOptions(options) {
        // CommonJS has no import.meta: what needs it asks for __filename instead.
        options.define = { ...options.define, 'import.meta.url': 'undefined' };
      },
    },
    {
      // For pages without a bundler: all that is needed inside, but tfjs.
      ...shared,
      entry: {
        'perm-lmc': entryPoints.index,
        onnx: entryPoints['onnx/index'],
        plots: entryPoints['plots/index'],
      },
      outDir: 'dist/browser',
      format: 'esm',
      platform: 'browser',
      external: ['@tensorflow/tfjs-core'],
      noExternal: packagesInside.browser,
      splitting: true,
      minify: true,
      sourcemap: true,
      async onSuccess() {
        await writeLicences('dist/browser/LICENSE.txt', [
          ...Object.values(bundles).flat(),
          'munkres-js',
        ]);
        await writeBrowserTfjs('dist/browser/tfjs.js');
      },
    },
    {
      // What the threads of perm-lmc/node run: one file, without tfjs.
      ...shared,
      entry: { 'node/matchThread': 'src/node/matchThread.ts' },
      format: 'esm',
      sourcemap: true,
      onSuccess: () => buildCommand('dist/node'),
    },
  ],
);

/** The modules of the package that are built one by one. */
async function ownModules(): Promise<Record<string, string>> {
  const modules = Object.entries(await modulesOf(Object.values(entryPoints)));
  return Object.fromEntries(modules.filter(([module]) => !Object.hasOwn(bundles, module)));
}
