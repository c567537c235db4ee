/**
 * What the package may add to a page: each entry point and single imports from it, bundled and minified by
 * esbuild, with gzip, without tfjs. The limits are close above what is measured, so that what grows is seen;
 * docs/package.md has the table. The limit of the core is a promise.
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
  check('the core', 'index.js', `{ ${core.join(', ')} }`, '32 kB'),
  check('perm-lmc, all of it', 'index.js', '*', '90 kB'),
  check('perm-lmc/plots, all of it', 'plots/index.js', '*', '32 kB'),
  check('perm-lmc/node, all of it', 'node/index.js', '*', '32 kB', ['node:*', 'piscina']),
  single('permutationSpec, permute', '8 kB'),
  single('weightMatch', '25 kB'),
  single('activationMatch', '42 kB'),
  single('traceSpec', '27 kB'),
  single('layersModelNetwork', '32 kB'),
  single('barrier', '4 kB'),
  single('interpolate', '2 kB'),
  single('repair', '28 kB'),
  single('simultaneousConnectivity', '12 kB'),
  single('iterativeMagnitudePruning', '6 kB'),
  single('solveAssignment', '6.5 kB'),
  single('parseSafetensors', '4 kB'),
  check('{ barrierPlot }', 'plots/index.js', '{ barrierPlot }', '22 kB'),
];
