import { assertChoice, assertOptions } from '../checks';
import { invalid, named } from '../errors';
import type { ParameterSpec } from './axisSpec';
import type { Group } from './group';
import { groupsOfParams } from './groupsOfParams';
import { parsePattern } from './parsePattern';

/**
 * A permutation spec: the groups, and for each parameter its axes by group. Plain data: it survives
 * `structuredClone` and JSON. Written by `permutationSpec`, by the presets, or by hand.
 */
export interface PermutationSpec {
  /**
   * In order of first appearance, parents before what is inside them, which is the order `'forward'` of
   * the matchers.
   */
  readonly groups: readonly Group[];
  /** By the parameter's name, in the order of the model. */
  readonly params: Readonly<Record<string, ParameterSpec>>;
  /** The rule for parameters that the spec does not name: an error, or left as they are. */
  readonly unlisted: 'error' | 'fixed';
  /** The reasons that `traceSpec` noted beside the groups; `explainSpec` prints them. */
  readonly derivation?: SpecDerivation;
}

/** Why an axis, or a part of it, is fixed. */
export interface FixedReason {
  /** The parameter's name. */
  readonly param: string;
  /** An axis of its tensor. */
  readonly axis: number;
  /** Such as 'it reaches the output'. */
  readonly why: string;
}

/** Why a derived spec is as it is. */
export interface SpecDerivation {
  /** For each axis that is fixed, wholly or in part, the reason. */
  readonly fixed: readonly FixedReason[];
  /** Reasons to doubt the spec, to be read before relying on it. */
  readonly warnings: readonly string[];
}

/** Options of {@link permutationSpec}. */
export interface PermutationSpecOptions {
  /** The rule for parameters of a network that the spec does not name. Default `'error'`. */
  unlisted?: 'error' | 'fixed';
  /**
   * The number of units of groups whose size no parameter tells, such as the heads of an attention whose
   * kernels are flat: `{ heads: 12 }`. Default: all are read off the params.
   */
  sizes?: Readonly<Record<string, number>>;
}

/**
 * Writes a permutation spec: for each parameter a pattern with one item per axis.
 *
 * - `_` a fixed axis, `h` an axis permuted by group `h`.
 * - `(4 h)` a row-major product; factors are numbers, groups, or `_`, whose size is inferred. A
 *   flattened convolution is `(_ c)` in channels-last and `(c _)` in channels-first; an LSTM kernel
 *   is `x (4 h)`.
 * - `(a + b)` a concatenation of groups, numbers or products. Both nest.
 * - `d[h]` the units of group `d` inside a unit of group `h`, which stands in the same parameter: `(h d[h])`
 *   an axis of heads, each with dimensions of its own; `e h d[h]` the same on two axes; `(g o[g]) i[g] _ _` a
 *   grouped convolution in PyTorch's layout.
 * - `?` before the items: the network may lack the parameter (`'? h'`).
 * - The empty pattern is a scalar.
 *
 * @param patterns - By the parameter's name, in the order of the model.
 * @param options - All have defaults.
 * @throws InvalidInputError when a pattern cannot be read; it names the parameter and the item. When a
 * size is given for no group, or for one inside another (whose size follows from its axes).
 *
 * @example
 * ```ts
 * import { permutationSpec } from 'perm-lmc';
 *
 * const mlp = permutationSpec({
 *   'dense1/kernel': '_ h1', 'dense1/bias': 'h1',
 *   'dense2/kernel': 'h1 _', 'dense2/bias': '_',
 * });
 * ```
 */
export function permutationSpec(
  patterns: Readonly<Record<string, string>>,
  options: PermutationSpecOptions = {},
): PermutationSpec {
  return named('permutationSpec', () => {
    assertOptions(options, { unlisted: true, sizes: true });
    const { unlisted = 'error', sizes = {} } = options;
    assertUnlisted(unlisted);
    const params: Record<string, ParameterSpec> = {};
    for (const [name, pattern] of Object.entries(patterns)) {
      assertParameterName(name);
      params[name] = parsePattern(name, pattern);
    }
    return { groups: withSizes(groupsOfParams(params), sizes), params, unlisted };
  });
}

function withSizes(groups: readonly Group[], sizes: Readonly<Record<string, number>>): Group[] {
  for (const [name, size] of Object.entries(sizes)) {
    const group = groups.find((each) => each.name === name);
    if (!group || group.parents || !Number.isSafeInteger(size) || size < 1) {
      throw invalid(
        group?.parents
          ? `sizes gives group '${name}' ${size} units, but it is inside '${group.parents[0].group}'`
          : group
            ? `sizes gives group '${name}' ${size} units`
            : `sizes names '${name}', which is no group of the patterns`,
        'Give the number of units, an integer ≥ 1, of groups that are inside no other',
      );
    }
  }
  return groups.map((group) =>
    Object.hasOwn(sizes, group.name) ? { ...group, size: sizes[group.name] } : group,
  );
}

/** Throws on the one name that a record cannot hold. */
export function assertParameterName(name: string): void {
  if (name === '__proto__') {
    throw invalid("a parameter is named '__proto__'", 'Rename the parameter');
  }
}

/** Throws unless the value says what to do with parameters that the spec does not name. */
export function assertUnlisted(unlisted: unknown): asserts unlisted is 'error' | 'fixed' {
  assertChoice('unlisted', unlisted, ['error', 'fixed']);
}
