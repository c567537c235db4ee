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
import { expectRoles } from '../expectRoles';
import { expectSameParams } from '../invariants';
import { longForm } from '../longForm';
import { randomTensor } from '../randomTensor';
import { rolesOf } from '../rolesOf';

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
  expectAllRoles(spec);
  for (const x of inputs) expectRoles({ spec, params, forward: (own) => forward(own, x) });
  await expectConstraintsSeen({ spec, forward, params, inputs });
}

/** Asserts that each axis of a group has a role. */
function expectAllRoles({ params }: PermutationSpec): void {
  const unsaid = Object.entries(params).flatMap(([name, { axes }]) =>
    axes.flatMap((axis, at) => (rolesOf(axis).includes(undefined) ? [`${name}[${at}]`] : [])),
  );
  expect(unsaid).toEqual([]);
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

/** The most groups of a network of which that is asserted: about a dozen, or all in the long form. */
const MOST_GROUPS = longForm ? Number.MAX_VALUE : 12;

/** Asserts that the outputs show each group that no longer moves an axis of its largest parameter. */
async function expectConstraintsSeen({ spec, forward, params, inputs }: SpecSubject) {
  const sizes = groupSizes(spec, params);
  const groups = spec.groups.map((group) => ({ ...group, size: sizes[group.name] ?? null }));
  const before = await outputsOf(forward, params, inputs);
  const names = Object.keys(sizes);
  const step = Math.ceil(names.length / MOST_GROUPS);
  for (const name of names.filter((_, i) => i % step === 0)) {
    const weakened = withoutLargest({ ...spec, groups }, name, params);
    let difference = 0;
    // Units that ReLU keeps at zero do not show, so one permutation may not suffice.
    for (let seed = 1; seed <= 20 && difference < SEEN; seed++) {
      const moved = permute(weakened, params, randomPermutations(weakened, params, { seed }));
      difference = relativeDifference(before, await outputsOf(forward, moved, inputs));
      tf.dispose(moved);
    }
    expect(difference, `the spec without the largest axis of ${name}`).toBeGreaterThan(SEEN);
  }
}

/** A difference of outputs, relative to their scale, that rounding (about 1e-7) does not explain. */
const SEEN = 2e-5;

/** The values of each output of each input. */
async function outputsOf(forward: TracedForward, params: Params, inputs: readonly NetworkInput[]) {
  const outputs = tf.tidy(() => inputs.flatMap((input) => tensorsOf(forward(params, input))));
  const values = await Promise.all(outputs.map((each) => each.data()));
  tf.dispose(outputs);
  return values;
}

function tensorsOf(value: unknown): tf.Tensor[] {
  if (value instanceof tf.Tensor) return [value];
  return Object.values(value as Record<string, unknown>).flatMap(tensorsOf);
}

/** The greatest difference of two values, relative to the greatest value of the output. */
function relativeDifference(
  before: readonly tf.TypedArray[],
  after: readonly tf.TypedArray[],
): number {
  const differences = before.map((values, output) => {
    const scale = Math.max(...Array.from(values, Math.abs));
    return Math.max(
      ...Array.from(values, (value, i) => Math.abs(value - after[output][i]) / scale),
    );
  });
  return Math.max(...differences);
}

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
    const isKept = !names.includes(group) && names.every(isBound);
    return isKept ? axis : { kind: 'fixed' as const, size: null };
  });
  return { ...spec, params: { ...spec.params, [largest]: { axes: weakened, optional } } };
}
