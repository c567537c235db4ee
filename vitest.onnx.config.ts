import { defineConfig } from 'vitest/config';
import { limits, project } from './vitest.config';

/** The ONNX project's own tests of its operators, which python3-onnx writes into a folder. */
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
