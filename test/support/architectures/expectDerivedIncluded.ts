import {
  type PermutationSpec,
  permute,
  randomPermutations,
  traceSpec,
  weightMatch,
} from 'perm-lmc';
import { expect } from 'vitest';
import { expectSameParams } from '../invariants';
import { randomTensor } from '../randomTensor';
import { rolesOf } from '../rolesOf';
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
  expectSameRoles(spec, derived);
  const drawn = Object.fromEntries(
    Object.entries(params).map(([name, { shape }], i) => [name, randomTensor(shape, i)]),
  );
  const planted = permute(derived, drawn, randomPermutations(derived, drawn, { seed: 2 }));
  const { permutations } = await weightMatch(spec, drawn, planted);
  await expectSameParams(permute(spec, planted, permutations), drawn);
  return derived;
}

/** Asserts that each axis on which both specs have groups has the same roles in both, and groups the same joint uses. */
function expectSameRoles(spec: PermutationSpec, derived: PermutationSpec): void {
  const rolesIn = ({ params }: PermutationSpec, name: string, at: number) =>
    [...new Set(rolesOf(params[name].axes[at]))].sort();
  for (const [name, { axes }] of Object.entries(derived.params)) {
    for (const at of axes.keys()) {
      const [own, found] = [spec, derived].map((each) => rolesIn(each, name, at));
      if (own.length > 0 && found.length > 0) expect(own, `${name}[${at}]`).toEqual(found);
    }
  }
  const uses = ({ groups }: PermutationSpec) =>
    [...new Set(groups.flatMap(({ joint = [] }) => joint))].sort();
  expect(uses(spec)).toEqual(uses(derived));
}
