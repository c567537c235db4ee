import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { limits, project } from './vitest.config';

/** Tests that need Debian's Python packages: cases that they write into a folder, and checkpoints that they read. */
export default defineConfig({
  ...project,
  test: {
    ...limits,
    include: ['test/**/*.cases.ts'],
    maxWorkers: availableParallelism(),
    maxConcurrency: 2,
    testTimeout: 600_000,
    hookTimeout: 600_000,
    reporters: process.env.CI
      ? ['dot', ['json', { outputFile: 'out/python-results.json' }]]
      : ['dot'],
  },
});
