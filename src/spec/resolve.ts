import type { Tensor } from '@tensorflow/tfjs-core';
import { invalid } from '../errors';
import { assertRecord, assertTensor } from '../params/check';
import type { Params } from '../params/params';
import { formatPattern } from './pattern';
import { type Place, placesOfAxis } from './places';
import { inferSizes } from './sizes';
import type { PermutationSpec } from './spec';

/** A spec with the sizes of one network filled in. Everything that permutes or compares uses this. */
export interface ResolvedSpec {
  /** The groups of the parameters that are there, in the order of the spec. */
  readonly groups: readonly { readonly name: string; readonly size: number }[];
  /** Every appearance of every group, in the order of the spec's parameters. */
  readonly places: readonly Place[];
}

/**
 * Fills the sizes of `params` into a spec.
 *
 * @throws InvalidInputError when a parameter is missing, unknown, disposed or of another rank, or
 * the sizes contradict each other.
 */
export function resolveSpec(fn: string, spec: PermutationSpec, params: Params): ResolvedSpec {
  assertSpec(fn, spec);
  assertRecord(fn, 'the network', params);
  assertNames(fn, spec, params);
  for (const [name, tensor] of Object.entries(params)) assertRank(fn, spec, name, tensor);
  const sizes = inferSizes(fn, spec, params);
  const places = Object.entries(spec.params).flatMap(([param, { axes }]) =>
    Object.hasOwn(params, param)
      ? axes.flatMap((axis, at) =>
          placesOfAxis(fn, { param, axis: at }, axis, params[param].shape[at], sizes),
        )
      : [],
  );
  const groups = spec.groups
    .filter(({ name }) => places.some(({ group }) => group === name))
    .map(({ name }) => ({ name, size: sizes.get(name)!.size }));
  return { groups, places };
}

function assertSpec(fn: string, spec: PermutationSpec): void {
  if (!Array.isArray(spec?.groups) || typeof spec.params !== 'object' || spec.params === null) {
    throw invalid(
      fn,
      'spec is no PermutationSpec',
      'Write it with permutationSpec(patterns) or a preset such as mlpSpec',
    );
  }
}

function assertNames(fn: string, spec: PermutationSpec, params: Params): void {
  const missing = Object.keys(spec.params).filter(
    (name) => !spec.params[name].optional && !Object.hasOwn(params, name),
  );
  const unknown = Object.keys(params).filter((name) => !Object.hasOwn(spec.params, name));
  if (missing.length > 0) {
    throw invalid(
      fn,
      `the params lack ${list(missing)}, which the spec names${unknown.length > 0 ? `; they have ${list(unknown)}, which it does not` : ''}`,
      "Rename the params, or begin the pattern with '?' if a network may lack the parameter",
    );
  }
  if (unknown.length > 0 && spec.unlisted === 'error') {
    throw invalid(
      fn,
      `the params hold ${list(unknown)}, which the spec does not name`,
      "Add a pattern (all '_' if nothing is permuted), or write the spec with { unlisted: 'fixed' }",
    );
  }
}

function list(names: readonly string[]): string {
  const shown = names.slice(0, 4).map((name) => `'${name}'`);
  return shown.join(', ') + (names.length > 4 ? ` and ${names.length - 4} more` : '');
}

function assertRank(fn: string, spec: PermutationSpec, name: string, tensor: Tensor): void {
  assertTensor(fn, name, tensor);
  if (!Object.hasOwn(spec.params, name)) return;
  const { axes } = spec.params[name];
  if (axes.length !== tensor.rank) {
    throw invalid(
      fn,
      `parameter '${name}' has ${tensor.rank} axes [${tensor.shape}], but its pattern '${formatPattern(spec.params[name])}' has ${axes.length}`,
      'Write one item per axis',
    );
  }
}
