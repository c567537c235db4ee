import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { licencesBesideFiles } from '../../scripts/bundledLicences';
import { digitsPlugin } from './build/digits';
import { guidesPlugin } from './build/guides';
import { photographsPlugin } from './build/photographs';
import { policyPlugin } from './build/policy';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/**
 * Builds the explorable page as static files with relative addresses, for any folder of any server. The mode
 * `site` builds it as a part of the docs' site.
 */
export default defineConfig(({ mode }) => ({
  root: path('.'),
  base: './',
  // The built library: this package has no copy of itself in node_modules.
  resolve: {
    alias: {
      'perm-lmc/onnx': path('../../dist/onnx/index.js'),
      'perm-lmc': path('../../dist/index.js'),
    },
  },
  assetsInclude: ['**/*.safetensors'],
  plugins: [
    digitsPlugin({ train: 6000, test: 1000 }),
    photographsPlugin(300),
    guidesPlugin(
      [
        ...['concepts', 'matching', 'barriers', 'connectivity', 'specs', 'files'],
        ...['from-pytorch', 'onnx'],
      ],
      { inSite: mode === 'site' },
    ),
    policyPlugin(),
    licencesBesideFiles(),
  ],
  worker: { format: 'es', plugins: () => [licencesBesideFiles()] },
  build: {
    outDir: path(mode === 'site' ? '../../out/site/page' : '../../out/page'),
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1500,
  },
}));
