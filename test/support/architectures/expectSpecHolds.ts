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
    const weakened = withoutLargest(withNeighbours({ ...spec, groups }, name), name, params);
    const { ok } = await verifySpec(weakened, forward, params, inputs);
    expect(ok, `the spec without the largest axis of ${name} holds, too`).toBe(false);
  }
}

/** The spec with a group and those that share an axis with it, directly or through others. Few groups verify faster. */
function withNeighbours(spec: PermutationSpec, group: string): PermutationSpec {
  const axes = Object.values(spec.params).flatMap((param) => param.axes.map(groupsOfAxis));
  const kept = new Set([group]);
  const isKept = (name: string) => kept.has(name);
  for (let count = 0; count < kept.size; ) {
    count = kept.size;
    for (const names of axes) if (names.some(isKept)) for (const name of names) kept.add(name);
  }
  const params = Object.entries(spec.params).map(([name, { axes: own, optional }]) => {
    const reduced = own.map((axis) => (groupsOfAxis(axis).some(isKept) ? axis : fixed));
    return [name, { axes: reduced, optional }];
  });
  return {
    groups: spec.groups.filter(({ name }) => kept.has(name)),
    params: Object.fromEntries(params),
    unlisted: spec.unlisted,
  };
}

const fixed = { kind: 'fixed', size: null } as const;

/**
 * The spec in which all axes with a group are fixed in the largest parameter that has it, and so are the axes of groups
 * whose parents these axes have.
 */
function withoutLargest(spec: PermutationSpec, group: string, params: Params): PermutationSpec {
  const [largest] = Object.keys(params)
    .filter((name) => spec.params[name]?.axes.some((axis) => groupsOfAxis(axis).includes(group)))
    .sort((x, y) => params[y].size - params[x].size);
  const { axes, optional } = spec.params[largest];
  const kept = axes.filter((axis) => !groupsOfAxis(axis).includes(group)).flatMap(groupsOfAxis);
  const isBound = (name: string) => {
    const { parents = [] } = spec.groups.find((each) => each.name === name)!;
    return parents.every((parent) => kept.includes(parent.group));
  };
  const weakened = axes.map((axis) => {
    const names = groupsOfAxis(axis);
    return names.includes(group) || !names.every(isBound) ? fixed : axis;
  });
  return { ...spec, params: { ...spec.params, [largest]: { axes: weakened, optional } } };
}
