import { defineConfig, type Options } from 'tsup';
import { writeBrowserTfjs } from './scripts/browserTfjs';
import { buildCommand } from './scripts/buildCommand';
import { licencesBesideOutputs } from './scripts/bundledLicences';
import { keepModules, modulesOf } from './scripts/modules';

const entryPoints = {
  index: 'src/index.ts',
  'node/index': 'src/node/index.ts',
  'onnx/index': 'src/onnx/index.ts',
  'plots/index': 'src/plots/index.ts',
};

/** The modules that have packages inside. */
const bundles = ['plots/d3', 'onnx/wire/bufbuild'];

/** The packages that are put into built files, with their licences beside these. */
const bundled = [/^d3-/, 'internmap', /^@bufbuild\//];

const shared: Options = {
  target: 'es2022',
  platform: 'neutral',
  external: [
    ...['@tensorflow/tfjs-core', '@tensorflow/tfjs-layers', '@tensorflow/tfjs-converter'],
    ...['munkres-js', 'piscina', 'h5wasm', /^node:/],
  ],
  esbuildPlugins: [licencesBesideOutputs],
  // As they stand in the sources: bundlers and other runtimes know Node's modules by their prefix.
  removeNodeProtocol: false,
};

export default defineConfig(
  async (): Promise<Options[]> => [
    {
      ...shared,
      entry: await ownModules(),
      format: 'esm',
      esbuildPlugins: [keepModules, licencesBesideOutputs],
      dts: { entry: entryPoints },
      clean: true,
    },
    ...bundles.map(
      (module): Options => ({
        ...shared,
        entry: { [module]: `src/${module}.ts` },
        format: 'esm',
        noExternal: bundled,
      }),
    ),
    {
      ...shared,
      entry: entryPoints,
      format: 'cjs',
      // Its types are those of the ES modules: scripts/commonJsTypes.mjs copies them.
      splitting: true,
      noExternal: bundled,
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
      noExternal: [...bundled, 'munkres-js'],
      splitting: true,
      minify: true,
      // Only here: other files are not minified, and are named after their sources.
      sourcemap: true,
      onSuccess: () => writeBrowserTfjs('dist/browser/tfjs.js'),
    },
    {
      // What the threads of perm-lmc/node run: one file, without tfjs.
      ...shared,
      entry: { 'node/matchThread': 'src/node/matchThread.ts' },
      format: 'esm',
      onSuccess: () => buildCommand('dist/node'),
    },
  ],
);

/** The modules of the package that are built one by one. */
async function ownModules(): Promise<Record<string, string>> {
  const modules = Object.entries(await modulesOf(Object.values(entryPoints)));
  return Object.fromEntries(modules.filter(([module]) => !bundles.includes(module)));
}
