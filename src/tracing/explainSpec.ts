import { named } from '../errors';
import { listsBy } from '../params/internal';
import { formatSpec, type PermutationSpec } from '../symmetry';
import { assertSpec } from '../symmetry/internal';

/**
 * A spec as text: the output of {@link formatSpec}, then, for a derived spec, the reason for each fixed axis and
 * the warnings.
 *
 * @param spec - Any spec. A spec written by hand has no reasons or warnings.
 * @throws InvalidInputError when the spec is not sound.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { explainSpec, type Params, traceSpec } from 'perm-lmc';
 *
 * const params = { w1: tf.randomNormal([3, 8]), w2: tf.randomNormal([8, 2]) };
 * const forward = ({ w1, w2 }: Params, x: tf.Tensor) => tf.matMul(tf.relu(tf.matMul(x, w1)), w2);
 * explainSpec(await traceSpec(forward, params, tf.randomNormal([4, 3])));
 * // 1 group, 2 parameters, 10^4.6 symmetries
 * //   w1  8 units  w1[1] w2[0]
 * // parameters
 * //   w1  3 w1
 * //   w2  w1 2
 * // fixed
 * //   it meets an axis of the input: w1[0]
 * //   it reaches the output: w2[1]
 * ```
 */
export function explainSpec(spec: PermutationSpec): string {
  return named('explainSpec', () => {
    assertSpec(spec);
    const { fixed = [], warnings = [] } = spec.derivation ?? {};
    return [
      formatSpec(spec),
      ...section(
        'fixed',
        Array.from(
          listsBy(fixed, ({ why }) => [why]),
          ([why, own]) => `${why}: ${own.map(({ param, axis }) => `${param}[${axis}]`).join(' ')}`,
        ),
      ),
      ...section('warnings', warnings),
    ].join('\n');
  });
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length > 0 ? [title, ...lines.map((line) => `  ${line}`)] : [];
}
