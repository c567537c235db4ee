import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const source = (path: string) => fileURLToPath(new URL(`./src/${path}`, import.meta.url));

/**
 * Tests that change what all of a process shares: its globals, tfjs's backends or its engine; and those of
 * the package, which share one installation of it and load bundlers.
 */
const alone = [
  'test/cli/interrupted.test.ts',
  'test/contracts/*ackends.test.ts',
  'test/contracts/{deviceReads,lostDevice}.test.ts',
  'test/contracts/package.test.ts',
  'test/node/interruptedMerges.test.ts',
  'test/node/withoutLinks.test.ts',
  'test/package/*.test.ts',
  'test/tracing/lateBackend.test.ts',
];

/** Tests of pages, in a Chromium that they start from Node; `npm run test:browser` runs them. */
export const pages = ['test/examples/browser/page.e2e.test.ts', 'test/package/bundlers.test.ts'];

/** What tests in Node and in a browser share. */
export const project = {
  resolve: {
    alias: [
      { find: /^perm-lmc\/node$/, replacement: source('node/index.ts') },
      { find: /^perm-lmc\/onnx$/, replacement: source('onnx/index.ts') },
      { find: /^perm-lmc\/plots$/, replacement: source('plots/index.ts') },
      { find: /^perm-lmc$/, replacement: source('index.ts') },
    ],
  },
};
export const limits = {
  globalSetup: ['scripts/buildWasm.mjs', 'scripts/buildThread.mjs'],
  testTimeout: 120_000,
  hookTimeout: 120_000,
};

/** Makes the folder in which the tests of the package install it. */
export const packageFolder = 'test/support/packageFolder.ts';

export default defineConfig({
  test: {
    maxWorkers: availableParallelism(), // One less by default: on two cores, one after the other.
    projects: [
      // One process runs many files: to load tfjs and the library for each took longer than most tests.
      {
        ...project,
        test: {
          ...limits,
          name: 'together',
          include: ['test/**/*.test.ts'],
          exclude: [...alone, ...pages, 'test/browser/**'],
          isolate: false,
        },
      },
      {
        ...project,
        test: {
          ...limits,
          name: 'alone',
          include: alone,
          exclude: pages,
          globalSetup: [...limits.globalSetup, packageFolder],
        },
      },
    ],
    coverage: {
      include: ['src/**/*.ts'],
      exclude: ['**/*.generated.ts', '**/*.d.ts', '**/index.ts', '**/internal.ts'],
      reporter: ['text-summary', 'html'],
    },
    reporters: process.env.CI
      ? ['default', ['json', { outputFile: 'out/test-results.json' }]]
      : ['default'],
  },
});
