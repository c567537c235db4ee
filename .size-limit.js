/**
 * What the package may add to a page: each entry point and single imports from it, bundled and minified by
 * esbuild, with gzip, without tfjs. The limits are 5 to 10 % above
 * what is measured. docs/package.md has the table.
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
  check('perm-lmc, all of it', 'index.js', '*', '94 kB'),
  check('perm-lmc/plots, all of it', 'plots/index.js', '*', '29.5 kB'),
  check('perm-lmc/node, all of it', 'node/index.js', '*', '35.5 kB', ['node:*', 'piscina']),
  single('permutationSpec, permute', '8.5 kB'),
  single('weightMatch', '26.5 kB'),
  single('activationMatch', '43.5 kB'),
  single('traceSpec', '28 kB'),
  single('layersModelNetwork', '30.5 kB'),
  single('barrier', '3.8 kB'),
  single('interpolate', '1.85 kB'),
  single('repair', '27.5 kB'),
  single('simultaneousConnectivity', '13 kB'),
  single('iterativeMagnitudePruning', '6.4 kB'),
  single('solveAssignment', '6.9 kB'),
  single('parseSafetensors', '5 kB'),
  check('{ barrierPlot }', 'plots/index.js', '{ barrierPlot }', '22 kB'),
];
