import { defineConfig } from 'vitest/config';
import { limits, project } from './vitest.config';

<<<<<<< HEAD:vitest.python.config.ts
/** Tests that need Debian's Python packages: cases that they write into a folder, and checkpoints that they read. */
=======
/** Tests with programs of Python: the ONNX project's own of its operators, and PyTorch that loads what is written. */
>>>>>>> w/pt:vitest.onnx.config.ts
export default defineConfig({
  ...project,
  test: {
    ...limits,
    include: ['test/**/*.cases.ts'],
    reporters: process.env.CI
      ? ['dot', ['json', { outputFile: 'out/python-results.json' }]]
      : ['dot'],
  },
});
