import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const source = (path: string) => fileURLToPath(new URL(`./src/${path}`, import.meta.url));

export default defineConfig({
  resolve: {
    alias: [
      { find: /^perm-lmc\/node$/, replacement: source('node/index.ts') },
      { find: /^perm-lmc\/plots$/, replacement: source('plots/index.ts') },
      { find: /^perm-lmc$/, replacement: source('index.ts') },
    ],
  },
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: [
      'scripts/buildWasm.mjs',
      'scripts/buildThread.mjs',
      'test/support/packageFolder.ts',
    ],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    reporters: process.env.CI
      ? ['default', ['json', { outputFile: 'out/test-results.json' }]]
      : ['default'],
  },
});
