/**
 * What the package may add to a page: each entry point and single imports from it, bundled and minified by
 * esbuild, with gzip, without tfjs. The limits are
 * 5 to 10 % above what is measured. docs/package.md has the table.
 */
const core = [
  ...['permutationSpec', 'mlpSpec', 'permute', 'weightMatch', 'interpolate', 'average'],
  ...['barrier', 'classificationEvaluator', 'InvalidInputError'],
];

const modern = (config) => ({ ...config, format: 'esm', target: 'es2022' });

/** A check of what is imported from a file of dist. */
function check(name, file, names, limit, ignore = []) {
  return {
    ...{ name, path: `dist/${file}`, import: names, limit, gzip: true, ignore },
    modifyEsbuildConfig: modern,
  };
}

const single = (name, limit) => check(`{ ${name} }`, 'index.js', `{ ${name} }`, limit);

export default [
  check('the core', 'index.js', `{ ${core.join(', ')} }`, '66 kB'),
  check('perm-lmc, all of it', 'index.js', '*', '239 kB'),
  check('perm-lmc/plots, all of it', 'plots/index.js', '*', '34.5 kB'),
  check('perm-lmc/onnx, all of it', 'onnx/index.js', '*', '110 kB'),
  check('perm-lmc/node, all of it', 'node/index.js', '*', '207 kB', [
    'node:*',
    'piscina',
    'h5wasm',
    '@tensorflow/tfjs-layers',
    '@tensorflow/tfjs-converter',
  ]),
  single('permutationSpec, permute', '14.6 kB'),
  single('weightMatch', '54 kB'),
  single('matchMany', '59 kB'),
  single('activationMatch', '71 kB'),
  single('straightThroughMatch', '71 kB'),
  single('sinkhornMatch', '75 kB'),
  single('valueAndGradients', '12.9 kB'),
  single('partialMatch, unite', '34.5 kB'),
  single('widen', '18 kB'),
  single('zip', '77 kB'),
  single('fold', '25.2 kB'),
  single('traceSpec', '52 kB'),
  single('layersModelNetwork', '55 kB'),
  single('barrier', '6.5 kB'),
  single('interpolate', '3.9 kB'),
  single('repair', '44 kB'),
  single('simultaneousConnectivity', '21.3 kB'),
  single('iterativeMagnitudePruning', '8.5 kB'),
  single('solveAssignment', '10.6 kB'),
  single('parseSafetensors', '6.4 kB'),
  check('{ onnxForward }', 'onnx/index.js', '{ onnxForward }', '57 kB'),
  check('{ barrierPlot }', 'plots/index.js', '{ barrierPlot }', '24 kB'),
];
