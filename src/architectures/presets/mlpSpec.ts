import { assertInteger, assertNames, assertOptions } from '../../checks';
import { invalid, named } from '../../errors';
import { type PermutationSpec, permutationSpec } from '../../symmetry';
import { addLayer, assertLayout, dense, type Layout, MOST_LAYERS, type Patterns } from './layout';

/**
 * The spec of a multilayer perceptron, in which every hidden layer is a group. Biases are optional.
 *
 * @param layers - The number of dense layers, including the output layer, at most 10 000, or their names in order. A
 * number gives the names `dense1`, `dense2` … in tfjs layout and `fc1`, `fc2` … in PyTorch layout.
 * @param options - `layout`, default `'tfjs'`.
 * @returns Groups `h1`, `h2` …, one for each layer but the last.
 * @throws InvalidInputError when there is no layer, the number is too large, or a name appears twice.
 *
 * @example
 * ```ts
 * import { mlpSpec } from 'perm-lmc';
 *
 * mlpSpec(3); // dense1/kernel: _ h1>, dense1/bias: ? h1>, dense2/kernel: >h1 h2> …
 * mlpSpec(['0', '2', '4'], { layout: 'pytorch' }); // an nn.Sequential: 0.weight: h1> _ …
 * ```
 */
export function mlpSpec(
  layers: number | readonly string[],
  options: { layout?: Layout } = {},
): PermutationSpec {
  return named('mlpSpec', () => {
    assertOptions(options, { layout: true });
    const { layout = 'tfjs' } = options;
    assertLayout(layout);
    const names = typeof layers === 'number' ? numbered(layers, layout) : layers;
    assertNames('layers', names, 'Pass the number of dense layers, or their names in order');
    if (names.length === 0 || new Set(names).size < names.length) {
      throw invalid(
        `layers must be distinct names, at least one, received [${names}]`,
        'Name every dense layer once, in order',
        { param: 'layers', received: names },
      );
    }
    const patterns: Patterns = {};
    names.forEach((name, i) => {
      const input = i === 0 ? '_' : `h${i}`;
      const output = i === names.length - 1 ? '_' : `h${i + 1}`;
      addLayer(patterns, dense(layout, name, input, output));
    });
    return permutationSpec(patterns);
  });
}

function numbered(count: number, layout: Layout): string[] {
  const remedy = 'Count every dense layer, including the output layer, or pass the names';
  assertInteger('layers', count, 1, remedy, MOST_LAYERS);
  const stem = layout === 'tfjs' ? 'dense' : 'fc';
  return Array.from({ length: count }, (_, i) => `${stem}${i + 1}`);
}
