import { solveAssignment } from '../../assignment';
import { assertChoice, assertFunction, assertOptions, shown } from '../../checks';
import { invalid, named } from '../../errors';
import { isTrainable, type ParameterFilter, type Params } from '../../params';
import type { Permutations } from '../../permutation';
import {
  createDeviceYieldPoint,
  type LongWorkOptions,
  longWork,
  type Progress,
} from '../../runtime';
import type { PermutationSpec } from '../../symmetry';
import { assertPermutations, identityOf, type ResolvedGroup } from '../../symmetry/internal';
import { familyValues } from '../weights/assignFamily';
import { familyOf, membersOf } from '../weights/family';
import { finiteNetworks } from '../weights/finiteNetworks';
import { type Grams, plainGrams } from '../weights/grams';
import { objectiveTerms } from '../weights/objectiveTerms';
import type { SimilarityKernel } from '../weights/similarityKernel';
import { tensorNetworks } from '../weights/tensorNetworks';
import { entropyCurve } from './entropyCurve';

/** Options of {@link permutationEntropy}. */
export interface PermutationEntropyOptions extends LongWorkOptions<EntropyProgress> {
  /** The permutations of B at which the groups are held, one for each group. Default: the identity. */
  permutations?: Permutations;
  /** The temperatures τ > 0, ascending, in units of the scale of each group. Default 1/32, 1/16 … 16. */
  temperatures?: readonly number[];
  /** The parameters that are included. Default {@link isTrainable}, as for `weightMatch`. */
  include?: ParameterFilter;
  /** The comparison of units, as for `weightMatch`. Default `'linear'`. */
  kernel?: SimilarityKernel;
}

/** Progress of {@link permutationEntropy}, after each group. */
export interface EntropyProgress extends Progress {
  /** Groups done so far. */
  readonly done: number;
  /** Groups to do. */
  readonly total: number;
  /** The group that was done. */
  readonly group: string;
}

/** The result of {@link permutationEntropy}. */
export interface EntropyReport {
  /** The temperatures, ascending, in units of the scale of each group: [temperatures]. */
  readonly temperatures: readonly number[];
  /** The entropy of each group by its name. */
  readonly groups: Readonly<Record<string, GroupEntropy>>;
}

/** The entropy of the permutation of one group. */
export interface GroupEntropy {
  /** The number of units. */
  readonly units: number;
  /** σ, the unit of temperature: the standard deviation of the gram less the means of its rows and columns. */
  readonly scale: number;
  /** H(τ), in [0, 1], for each temperature; it never falls: [temperatures]. */
  readonly entropy: readonly number[];
  /**
   * The temperature at which H is ½, between two temperatures by a straight line in log τ: the greater, the more
   * determined is the permutation. null if H is ½ at none.
   */
  readonly halfTemperature: number | null;
}

const TEMPERATURES = [1 / 32, 1 / 16, 1 / 8, 1 / 4, 1 / 2, 1, 2, 4, 8, 16];

/**
 * Measures how determined the permutations between two networks are: the entropy of soft permutations by temperature. For each
 * group, with the others held at given permutations, G is its gram: G[i, j] is the similarity of unit i of A and unit j
 * of B. With Sinkhorn's matrix
 *
 *     P(τ) = the doubly stochastic matrix diag(r) exp(G / τσ) diag(s),
 *     H(τ) = −Σ_ij P_ij log P_ij / (n log n),   in [0, 1].
 *
 * P(τ) is the matrix of the greatest ⟨G, P⟩ + τσ·entropy(P). For τ → 0 it is the best assignment, and H = 0 if there is
 * only one: two units that can be exchanged add 2 log 2 / (n log n). For τ → ∞ all pairs are alike, and H = 1. Where H
 * rises at small τ, other assignments are nearly as good.
 *
 * The unit of temperature is σ, the standard deviation of G less the means of its rows and columns. So H(τ) does not
 * change when networks are scaled, nor by what all units of B share, as P does not. Grams of independent noise have the
 * same curve at every scale; a gram with one clear partner for each unit stays at 0 for longer, to τ of about
 * √n / log n.
 *
 * For a group with others inside its units, G has the value of their best order added, as in `weightMatch`. For a group
 * inside another, H is that of the order inside the units that the parent's permutation pairs, m of them: the mean over
 * these blocks, with m log m in place of n log n.
 *
 * @param spec - The axes that share each group.
 * @param a - The reference.
 * @param b - The network to compare: the same names, shapes and dtypes. Both are left as they are.
 * @param options - All have defaults. Pass the `permutations` of a match: with other groups in the wrong order, their
 * common parameters say nothing.
 * @returns The curves by group. `entropyPlot` of `perm-lmc/plots` draws them.
 * @throws InvalidInputError when the params do not fit the spec or each other, a value that a group moves is not finite,
 * or an option is out of range. AbortError on abort.
 * @see Cuturi 2013, Sinkhorn distances (arXiv 1306.0895); Peña et al. 2023 (arXiv 2212.12042).
 *
 * @example
 * ```ts given=networks
 * import { permutationEntropy, weightMatch } from 'perm-lmc';
 *
 * const { permutations } = await weightMatch(spec, a, b);
 * const { groups } = await permutationEntropy(spec, a, b, { permutations });
 * groups.h1.halfTemperature; // the greater, the more determined
 * ```
 */
export async function permutationEntropy(
  spec: PermutationSpec,
  a: Params,
  b: Params,
  options: PermutationEntropyOptions = {},
): Promise<EntropyReport> {
  return named('permutationEntropy', async () => {
    assertOptions(options, {
      ...{ permutations: true, temperatures: true, include: true, kernel: true },
      ...{ signal: true, onProgress: true },
    });
    const { temperatures = TEMPERATURES, include = isTrainable, kernel = 'linear' } = options;
    assertTemperatures(temperatures);
    assertFunction('include', include, 'Pass (name) => true for the parameters to include');
    assertChoice('kernel', kernel, ['linear', 'cosine']);
    const { signal, onProgress } = longWork(options);
    const yieldPoint = createDeviceYieldPoint(signal);
    const networks = tensorNetworks(spec, a, b, { include, engine: 'auto', threads: undefined });
    try {
      await yieldPoint();
      const { groups } = networks.resolved;
      if (options.permutations) assertPermutations(networks.resolved, options.permutations);
      const permutations = options.permutations ?? identityOf(networks.resolved);
      const finite = await finiteNetworks(networks, permutations);
      const grams = plainGrams(finite.productsOf(await objectiveTerms(finite, kernel)));
      const found: Record<string, GroupEntropy> = {};
      for (const [at, group] of groups.entries()) {
        const blocks = await pairBlocks(groups, group, { grams, permutations, yieldPoint });
        const curve = await entropyCurve(blocks, group.inner, temperatures, yieldPoint);
        found[group.name] = { units: group.size, ...curve };
        onProgress?.({ done: at + 1, total: groups.length, group: group.name });
      }
      return { temperatures: [...temperatures], groups: found };
    } finally {
      networks.dispose();
    }
  });
}

/** Grams at given permutations. */
interface HeldGrams {
  readonly grams: Grams;
  readonly permutations: Permutations;
  readonly yieldPoint: () => Promise<void>;
}

/** The values of pairs of units, `[inner × inner]`, in each pair of the parent's units; of a free group one block. */
async function pairBlocks(
  groups: readonly ResolvedGroup[],
  { name, size, parent, inner }: ResolvedGroup,
  { grams, permutations, yieldPoint }: HeldGrams,
): Promise<Float64Array[]> {
  const family = familyOf(groups, name);
  const own = new Map<string, Float32Array>();
  for (const member of membersOf(family)) {
    await yieldPoint();
    own.set(member.name, (await grams.gram(member.name, permutations)).slice());
  }
  const held = new Set<string>();
  const problem = { grams: own, current: permutations, held, solver: solveAssignment };
  const values = familyValues(family, problem);
  const pairs = parent === null ? Int32Array.of(0) : permutations[parent];
  return Array.from(pairs, (to, from) => {
    const block = new Float64Array(inner * inner);
    for (let k = 0; k < inner; k++) {
      const start = (from * inner + k) * size + to * inner;
      block.set(values.subarray(start, start + inner), k * inner);
    }
    return block;
  });
}

function assertTemperatures(temperatures: unknown): void {
  const list: unknown[] | null = Array.isArray(temperatures) ? Array.from(temperatures) : null;
  let least = 0;
  const ascends = (tau: unknown) => {
    const fits = typeof tau === 'number' && tau > least && tau < Number.POSITIVE_INFINITY;
    if (fits) least = tau;
    return fits;
  };
  if (list !== null && list.length > 0 && list.every(ascends)) return;
  const received = list ? `[${list.map(shown).join(', ')}]` : shown(temperatures);
  throw invalid(
    `temperatures must be a list of finite numbers > 0 that ascend, received ${received}`,
    'Pass such as [0.1, 1, 10]',
    { param: 'temperatures', received: temperatures },
  );
}
