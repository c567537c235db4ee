import type { AssignmentSolver } from '../../../assignment';
import { kindOf } from '../../../checks';
import { about, invalid } from '../../../errors';
import type { ParameterFilter, Params } from '../../../params';
import { composePermutations, invertPermutations, type Permutations } from '../../../permutation';
import type { PermutationSpec } from '../../../symmetry';
import { assertPermutations, type ResolvedSpec } from '../../../symmetry/internal';
import { jointMatch } from '../../many/matchMany';

/** Settings of the joint match that finds the starts. */
interface StartsSettings {
  readonly include: ParameterFilter;
  readonly solver: AssignmentSolver;
  readonly engine: 'packed' | 'backend';
  readonly seed: number;
  readonly signal: AbortSignal | undefined;
}

/**
 * The permutations of several networks to start from: the given ones or those of joint weight matching. The first is
 * the identity.
 */
export async function startsOf(
  spec: PermutationSpec,
  resolved: ResolvedSpec,
  networks: readonly Params[],
  initial: readonly Permutations[] | undefined,
  { include, solver, engine, seed, signal }: StartsSettings,
): Promise<Permutations[]> {
  if (initial) return givenStarts(resolved, networks.length, initial);
  const options = { include, solver, engine, seed, pairs: false, ...(signal && { signal }) };
  return [...(await jointMatch(spec, networks, options)).permutations];
}

function givenStarts(
  resolved: ResolvedSpec,
  count: number,
  initial: readonly Permutations[],
): Permutations[] {
  if (!Array.isArray(initial) || initial.length !== count) {
    const received = Array.isArray(initial) ? `${initial.length} records` : kindOf(initial);
    throw invalid(
      `initial must be ${count} records of permutations in an array, received ${received}`,
      'Pass one record of permutations for each network, in their order',
      { param: 'initial', received },
    );
  }
  for (const [k, own] of initial.entries()) {
    about(`initial[${k}]`, () => assertPermutations(resolved, own));
  }
  const back = invertPermutations(initial[0]);
  return initial.map((own) => composePermutations(own, back));
}
