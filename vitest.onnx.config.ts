import { defineConfig } from 'vitest/config';
import { limits, project } from './vitest.config';

/** Tests with programs of Python: the ONNX project's own of its operators, and PyTorch that loads what is written. */
export default defineConfig({
  ...project,
  test: {
    ...limits,
    include: ['test/**/*.cases.ts'],
    reporters: process.env.CI
      ? ['dot', ['json', { outputFile: 'out/onnx-results.json' }]]
      : ['dot'],
  },
});
