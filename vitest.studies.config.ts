import { defineConfig } from 'vitest/config';

/** The studies of examples/paper in quick mode, on the built package; beside the tests, since they train networks. */
export default defineConfig({
  test: {
    include: ['test/**/*.study.ts'],
    testTimeout: 300_000,
    hookTimeout: 300_000,
    reporters: process.env.CI
      ? ['default', ['json', { outputFile: 'out/study-results.json' }]]
      : ['default'],
  },
});
