import type { AssignmentSolver } from '../../../assignment';
import type { ParameterFilter, Params } from '../../../params';
import type { Permutations } from '../../../permutation';
import type { PermutationSpec } from '../../../symmetry';
import { assertPermutations } from '../../../symmetry/internal';
import { finiteNetworks } from '../../weights/finiteNetworks';
import { tensorNetworks } from '../../weights/tensorNetworks';
import { matchTensors } from '../../weights/weightMatch';
import { completeOptions } from '../../weights/weightMatchOptions';

/** Settings of the match that finds a start. */
interface StartSettings {
  readonly include: ParameterFilter;
  readonly solver: AssignmentSolver;
  readonly engine: 'packed' | 'backend';
  readonly seed: number;
  readonly signal: AbortSignal | undefined;
}

/** The permutations to start from: the given ones or those of weight matching. */
export async function startOf(
  spec: PermutationSpec,
  a: Params,
  b: Params,
  initial: Permutations | undefined,
  settings: StartSettings,
): Promise<Permutations> {
  if (initial) return givenStart(spec, a, b, initial, settings);
  const { include, solver, engine, seed, signal } = settings;
  const options = { include, solver, engine, seed, ...(signal && { signal }) };
  return (await matchTensors(spec, a, b, completeOptions(options))).permutations;
}

/** Checks the permutations and the values of the networks, as weight matching does. */
async function givenStart(
  spec: PermutationSpec,
  a: Params,
  b: Params,
  initial: Permutations,
  { include, engine }: StartSettings,
): Promise<Permutations> {
  const networks = tensorNetworks(spec, a, b, { include, engine, threads: undefined });
  try {
    const { resolved } = networks;
    assertPermutations(resolved, initial);
    await finiteNetworks(networks, initial);
    return structuredClone(initial);
  } finally {
    networks.dispose();
  }
}
