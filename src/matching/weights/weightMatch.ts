import { assertOptions } from '../../checks';
import { named } from '../../errors';
import type { Params } from '../../params';
import { createDeviceYieldPoint } from '../../runtime';
import type { PermutationSpec } from '../../symmetry';
import { lossesBetween } from './lossesBetween';
import { matchNetworks } from './matchNetworks';
import { assertSettings, type MatchSettings } from './prepareMatch';
import type { RunsSettings } from './runMatches';
import type { SearchOptions } from './search/searchOptions';
import { type TensorMatchSettings, tensorNetworks } from './tensorNetworks';
import {
  completeOptions,
  WEIGHT_MATCH_OPTIONS,
  type WeightMatchOptions,
} from './weightMatchOptions';
import type { WeightMatchResult } from './weightMatchResult';

/**
 * Finds the permutations of B's hidden units that bring its weights closest to A's: weight matching.
 * It maximises
 *
 *     S(P) = Σ_w ⟨A_w, (P B)_w⟩
 *
 * over the included parameters w, each counted once. Permutations keep norms, so this minimises the distance
 * ‖A − P B‖. The first run starts where units with similar weights are paired, or at the identity (`start`). The
 * algorithm of Frank and Wolfe then raises S for all groups at once over doubly stochastic matrices (`method`), and
 * coordinate descent ends the run: sweeps solve one group at a time, exactly and with the others held, until no
 * group moves. A group is solved together with the groups inside its units, such as the dimensions inside attention
 * heads. No run ends below its start, and S never falls in the descent. A local optimum is reached, not always the
 * best: `restarts` and `search` go on.
 *
 * `alignment` of the result is the cosine ⟨A, P B⟩ / (‖A‖ ‖B‖) over the values of the included parameters that
 * groups move, under every kernel: before, with the networks as given, and after, in total and by group.
 * Constants, which no group moves, count in S alone. A constant that is NaN or infinite, or whose products
 * overflow, is left out of S.
 *
 * On tfjs's cpu and wasm backends the weights are read and multiplied by our own kernels (`engine`). On other
 * backends the products run there, and one n × n matrix is read back for each group that is solved. Extra
 * memory: 1.25 times the two networks (at least 128 MB) for what is kept between steps, 16·n² bytes for the
 * largest group, and up to five times the largest parameter; 8·n² bytes for every group in Frank–Wolfe (at most the
 * two networks, or 64 MB); up to the two networks in a search.
 *
 * @param spec - The axes that share each group.
 * @param a - The reference.
 * @param b - The network to permute: the same names, shapes and dtypes. Both are left as they are.
 * @param options - All have defaults.
 * @returns The permutations, for `permute(spec, b, permutations)`, with the course and the quality of the
 * match.
 * @throws InvalidInputError before any step, when the params do not fit the spec or each other, a value that
 * a group moves is not finite (also in a parameter that is not included), an integer tensor would be
 * compared, or an option is out of range. AbortError on abort.
 * @see Ainsworth, Hayase & Srinivasa 2023, Git Re-Basin (arXiv 2209.04836); Vogelstein et al. 2015, Fast approximate
 * quadratic programming for graph matching (arXiv 1112.5507).
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { permutationSpec, permute, weightMatch } from 'perm-lmc';
 *
 * const spec = permutationSpec({ in: '_ h', out: 'h _' });
 * const a = { in: tf.randomNormal([8, 16]), out: tf.randomNormal([16, 4]) };
 * const b = { in: tf.randomNormal([8, 16]), out: tf.randomNormal([16, 4]) };
 * const { permutations, alignment } = await weightMatch(spec, a, b, { seed: 0 });
 * alignment.after; // 1 would be a perfect match
 * const aligned = permute(spec, b, permutations);
 * ```
 */
export async function weightMatch(
  spec: PermutationSpec,
  a: Params,
  b: Params,
  options: WeightMatchOptions = {},
): Promise<WeightMatchResult> {
  return named('weightMatch', async () => {
    assertOptions(options, WEIGHT_MATCH_OPTIONS);
    return matchTensors(spec, a, b, completeOptions(options));
  });
}

/** Settings of a match of networks in tensors. */
type TensorSettings = MatchSettings &
  TensorMatchSettings &
  Omit<RunsSettings, 'yieldPoint'> & { readonly searchOptions: SearchOptions | undefined };

/** Weight matching of networks in tensors, for the public functions that do it. */
export async function matchTensors(
  spec: PermutationSpec,
  a: Params,
  b: Params,
  settings: TensorSettings,
): Promise<WeightMatchResult> {
  assertSettings(settings);
  const networks = tensorNetworks(spec, a, b, settings);
  const yieldPoint = createDeviceYieldPoint(settings.signal);
  const evaluate = settings.searchOptions?.evaluate;
  const measureLosses = evaluate
    ? lossesBetween(networks.resolved, a, b, { evaluate, signal: settings.signal, yieldPoint })
    : null;
  return matchNetworks(networks, { ...settings, measureLosses, yieldPoint });
}
