import * as tf from '@tensorflow/tfjs-core';
import {
  groupSizes,
  type NetworkInput,
  type Params,
  type PermutationSpec,
  permute,
  randomPermutations,
  type TracedForward,
  verifySpec,
  weightMatch,
} from 'perm-lmc';
import { expect } from 'vitest';
import { groupsOfAxis } from '../../../src/symmetry/internal';
import { expectSameParams } from '../invariants';
import { randomTensor } from '../randomTensor';

/** A network in which a spec is tested. */
export interface SpecSubject {
  readonly spec: PermutationSpec;
  readonly forward: TracedForward;
  /** Weights with which every group can be seen in the outputs. */
  readonly params: Params;
  readonly inputs: readonly NetworkInput[];
}

/**
 * Asserts that a spec is right: permuting its groups changes no output; a planted permutation of random weights of
 * the same shapes is recovered; and each group that loses an axis of its largest parameter is found at fault.
 */
export async function expectSpecHolds({ spec, forward, params, inputs }: SpecSubject) {
  const verified = await verifySpec(spec, forward, params, inputs);
  expect(verified.groups).toEqual({});
  expect(verified.ok).toBe(true);
  await expectPlantedRecovered(spec, params);
  await expectConstraintsSeen({ spec, forward, params, inputs });
}

/** Asserts that weight matching finds a permutation that was applied to random weights. */
export async function expectPlantedRecovered(spec: PermutationSpec, params: Params) {
  const drawn = tf.tidy(() =>
    Object.fromEntries(
      Object.entries(params).map(([name, { shape, dtype }], i) => [
        name,
        dtype === 'float32' ? randomTensor(shape, i + 1) : tf.zeros(shape, dtype),
      ]),
    ),
  );
  const planted = permute(spec, drawn, randomPermutations(spec, drawn, { seed: 1 }));
  const { permutations } = await weightMatch(spec, drawn, planted);
  const found = permute(spec, planted, permutations);
  await expectSameParams(found, drawn);
  tf.dispose([drawn, planted, found]);
}

/** Asserts that the outputs show each group that no longer moves an axis of its largest parameter. */
export async function expectConstraintsSeen({ spec, forward, params, inputs }: SpecSubject) {
  const sizes = groupSizes(spec, params);
  const groups = spec.groups.map((group) => ({ ...group, size: sizes[group.name] ?? null }));
  for (const name of Object.keys(sizes)) {
    const weakened = withoutLargest({ ...spec, groups }, name, params);
    const { ok } = await verifySpec(weakened, forward, params, inputs);
    expect(ok, `the spec without the largest axis of ${name} holds, too`).toBe(false);
  }
}

/** The spec in which all axes with a group are fixed in the largest parameter that has it. */
function withoutLargest(spec: PermutationSpec, group: string, params: Params): PermutationSpec {
  const [largest] = Object.keys(params)
    .filter((name) => spec.params[name]?.axes.some((axis) => groupsOfAxis(axis).includes(group)))
    .sort((x, y) => params[y].size - params[x].size);
  const { axes, optional } = spec.params[largest];
  const fixed = axes.map((axis) =>
    groupsOfAxis(axis).includes(group) ? { kind: 'fixed' as const, size: null } : axis,
  );
  return { ...spec, params: { ...spec.params, [largest]: { axes: fixed, optional } } };
}
