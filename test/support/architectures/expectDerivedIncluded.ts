import {
  type PermutationSpec,
  permute,
  randomPermutations,
  traceSpec,
  weightMatch,
} from 'perm-lmc';
import { expectSameParams } from '../invariants';
import { randomTensor } from '../randomTensor';
import type { SpecSubject } from './expectSpecHolds';

/**
 * Asserts that a spec has all symmetries that the forward pass shows: what permutations of the derived spec move in
 * random weights, weight matching with the spec moves back.
 *
 * @returns The derived spec.
 */
export async function expectDerivedIncluded(subject: SpecSubject): Promise<PermutationSpec> {
  const { spec, forward, params, inputs } = subject;
  const derived = await traceSpec(forward, params, inputs[0]);
  const drawn = Object.fromEntries(
    Object.entries(params).map(([name, { shape }], i) => [name, randomTensor(shape, i)]),
  );
  const planted = permute(derived, drawn, randomPermutations(derived, drawn, { seed: 2 }));
  const { permutations } = await weightMatch(spec, drawn, planted);
  await expectSameParams(permute(spec, planted, permutations), drawn);
  return derived;
}
