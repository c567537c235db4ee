import { add, clone, dispose, mul, tidy } from '@tensorflow/tfjs-core';
import { assertObject, assertOptions } from '../checks';
import { about, named } from '../errors';
import { isTrainable, type Params } from '../params';
import { assertComparable, isVariance, mapParams } from '../params/internal';
import type { Permutations } from '../permutation';
import { read } from '../runtime';
import type { PermutationSpec } from '../symmetry';
import { assertPermutations, permuteResolved, resolveSpec } from '../symmetry/internal';
import { assertScale } from './assertScale';
import { assertVariance } from './assertVariance';

/** The networks of {@link transport}. */
export interface TransportNetworks {
  /** The base that the task vector starts from. It is only compared with the others. */
  from: Params;
  /** The base that the task vector is added to. */
  to: Params;
  /** The task vector, as {@link taskVector} computes it. */
  delta: Params;
}

/** Options of {@link transport}, and of `transportFiles`. */
export interface TransportOptions {
  /** The factor λ of the task vector. Default 1. */
  scale?: number;
  /**
   * True to keep the moving statistics of batch normalisation of `to`. Default false: they are moved as all other
   * values.
   */
  keepStatistics?: boolean;
}

/**
 * Moves the task vector of a fine-tuned network to another base, whose units are in another order. With the
 * permutations P that align `from` to `to`
 *
 *     θ = to + λ·P[delta]
 *
 * If `to` is a permutation of `from`, θ computes the function of from + λ·delta exactly. A mask of the task vector is
 * moved by {@link permute} with the same permutations. Integers and booleans are those of `to`.
 *
 * @param spec - The axes that share each group.
 * @param networks - The bases and the task vector: records of tensors of the same names, shapes and dtypes. All are
 * left as they are.
 * @param permutations - The permutations that align `from` to `to`, as `weightMatch(spec, to, from)` finds them.
 * @param options - All have defaults.
 * @returns New tensors of the same names, shapes and dtypes; the caller disposes them.
 * @throws InvalidInputError when the networks differ in names, shapes or dtypes, they or the permutations do not fit
 * the spec, `scale` is not finite, or a moving variance would become negative.
 * @see Ilharco et al. 2023 (arXiv 2212.04089) for task vectors; Rinaldi et al. 2025, TransFusion (arXiv 2505.22697).
 *
 * @example
 * ```ts given=networks
 * import { taskVector, transport, weightMatch } from 'perm-lmc';
 *
 * // b is fine-tuned from a in this example, and c is another base.
 * const c = a;
 * const { permutations } = await weightMatch(spec, c, a);
 * const tuned = await transport(spec, { from: a, to: c, delta: taskVector(b, a) }, permutations);
 * ```
 */
export async function transport(
  spec: PermutationSpec,
  networks: TransportNetworks,
  permutations: Permutations,
  options: TransportOptions = {},
): Promise<Params> {
  return named('transport', async () => {
    assertOptions(options, { scale: true, keepStatistics: 'boolean' });
    const { scale = 1, keepStatistics = false } = options;
    assertScale(scale);
    assertObject('networks', networks, 'Pass { from, to, delta }');
    const { from, to, delta } = networks;
    assertComparable(from, to, ['from', 'to']);
    assertComparable(from, delta, ['from', 'delta']);
    const resolved = about('delta', () => resolveSpec(spec, delta));
    about('delta', () => assertPermutations(resolved, permutations));
    const result = tidy(() => {
      const moved = permuteResolved(resolved, delta, permutations);
      return mapParams(to, (own, name) =>
        own.dtype === 'float32' && (isTrainable(name) || !keepStatistics)
          ? add(own, mul(moved[name], scale))
          : clone(own),
      );
    });
    try {
      for (const name of Object.keys(result).filter(isVariance)) {
        assertVariance(name, await read(result[name]), await read(to[name]));
      }
    } catch (error) {
      dispose(result);
      throw error;
    }
    return result;
  });
}
