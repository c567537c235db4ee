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
  check('the core', 'index.js', `{ ${core.join(', ')} }`, '55 kB'),
  check('perm-lmc, all of it', 'index.js', '*', '228 kB'),
  check('perm-lmc/plots, all of it', 'plots/index.js', '*', '34.5 kB'),
  check('perm-lmc/onnx, all of it', 'onnx/index.js', '*', '110 kB'),
  check('perm-lmc/node, all of it', 'node/index.js', '*', '199 kB', [
    'node:*',
    'piscina',
    'h5wasm',
    '@tensorflow/tfjs-layers',
    '@tensorflow/tfjs-converter',
  ]),
  single('permutationSpec, permute', '14.6 kB'),
  single('weightMatch', '48 kB'),
  single('matchMany', '53 kB'),
  single('activationMatch', '66 kB'),
  single('straightThroughMatch', '65 kB'),
  single('sinkhornMatch', '69 kB'),
  single('valueAndGradients', '11.8 kB'),
  single('partialMatch, unite', '31.3 kB'),
  single('widen', '18 kB'),
  single('zip', '72.5 kB'),
  single('fold', '25.2 kB'),
  single('traceSpec', '50 kB'),
  single('layersModelNetwork', '54 kB'),
  single('barrier', '6.5 kB'),
  single('interpolate', '3.9 kB'),
  single('repair', '43 kB'),
  single('simultaneousConnectivity', '21.3 kB'),
  single('iterativeMagnitudePruning', '8.5 kB'),
  single('solveAssignment', '10.6 kB'),
  single('parseSafetensors', '6.4 kB'),
  check('{ onnxForward }', 'onnx/index.js', '{ onnxForward }', '54 kB'),
  check('{ barrierPlot }', 'plots/index.js', '{ barrierPlot }', '23 kB'),
];
