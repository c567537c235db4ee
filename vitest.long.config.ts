import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { limits, project } from './vitest.config';

/**
 * Tests that take long: the studies of examples/paper in quick mode, on the built package, and ONNX's operators and
 * models on WebGPU, which a machine without a GPU runs in software.
 */
export default defineConfig({
  ...project,
  test: {
    ...limits,
    include: ['test/**/*.study.ts', 'test/**/*.long.ts'],
    maxWorkers: availableParallelism(),
    testTimeout: 300_000,
    hookTimeout: 300_000,
    reporters: process.env.CI
      ? ['default', ['json', { outputFile: 'out/long-results.json' }]]
      : ['default'],
  },
});
