import { identityOf } from '../../symmetry/internal';
import { assertObjectives } from './assertObjectives';
import { finiteNetworks } from './finiteNetworks';
import type { MatchedNetworks } from './matchedNetworks';
import { objectiveTerms } from './objectiveTerms';
import { passWork } from './passWork';
import type { MatchSettings } from './prepareMatch';
import { normBound } from './signatures/normBound';
import type { WeightMatchResult } from './weightMatchResult';

/**
 * Throws unless the objective of a result from a file is S of its permutations. Disposes `networks`.
 *
 * @param settings - Those of the match.
 */
export async function assertResult(
  networks: MatchedNetworks,
  { permutations, objective }: Pick<WeightMatchResult, 'permutations' | 'objective'>,
  { initial, kernel, yieldPoint }: MatchSettings & { readonly yieldPoint: () => Promise<void> },
): Promise<void> {
  try {
    const start = { ...identityOf(networks.resolved), ...initial };
    const finite = await finiteNetworks(networks, start);
    const terms = await objectiveTerms(finite, kernel);
    networks.meter?.expect(2 * passWork(networks.weights, terms));
    const bound = await normBound(finite.weights, terms);
    const known = [{ at: 'result.objective', permutations, objective }];
    await assertObjectives(known, finite.productsOf(terms), bound, yieldPoint);
  } finally {
    networks.dispose();
  }
}
