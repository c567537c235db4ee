import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { limits, project } from './vitest.config';

/** Tests that do less in `npm test`: they ask for `longForm`. */
const inBothForms = [
  'test/architectures/{timm,torchvision}.test.ts',
  'test/architectures/transformers/{de,en}coders.test.ts',
  'test/benchmarks/parameters.test.ts',
  'test/matching/activations/activationFixtures.test.ts',
  'test/matching/weights/fixtures.test.ts',
  'test/models/published.test.ts',
  'test/repair/repairFixtures.test.ts',
  'test/tracing/maximality.test.ts',
];

/**
 * Tests that take long: the studies of examples/paper in quick mode, on the built package, ONNX's operators and
 * models on WebGPU, which a machine without a GPU runs in software, and the long form of other tests.
 */
export default defineConfig({
  ...project,
  test: {
    ...limits,
    include: ['test/**/*.study.ts', 'test/**/*.long.ts', ...inBothForms],
    env: { LONG_FORM: 'true' },
    maxWorkers: availableParallelism(),
    testTimeout: 600_000,
    hookTimeout: 600_000,
    reporters: process.env.CI
      ? ['default', ['json', { outputFile: 'out/long-results.json' }]]
      : ['default'],
  },
});
