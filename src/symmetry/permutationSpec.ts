import { assertObject, assertOptions } from '../checks';
import { invalid, named } from '../errors';
import { assertJointUses } from './assertJointUses';
import { assertParameterName } from './assertParameterName';
import { assertUnlisted } from './assertUnlisted';
import { assertWholeBlocks } from './assertWholeBlocks';
import type { ParameterSpec } from './axisSpec';
import type { Group } from './group';
import { groupsOfParams } from './groupsOfParams';
import type { JointUse } from './jointUse';
import { parsePattern } from './parsePattern';

/**
 * A permutation spec: the groups, and for each parameter the groups on its axes. It is plain data, which
 * `structuredClone` and JSON preserve. `permutationSpec` and the presets write it.
 */
export interface PermutationSpec {
  /**
   * In order of first appearance, each parent before the groups inside it. This is the order `'forward'` of the
   * matchers.
   */
  readonly groups: readonly Group[];
  /** The axes of each parameter by name, in the order of the model. */
  readonly params: Readonly<Record<string, ParameterSpec>>;
  /** The rule for parameters that the spec does not name: an error, or fixed on all axes. */
  readonly unlisted: 'error' | 'fixed';
  /** The reasons recorded by `traceSpec`; `explainSpec` prints them. */
  readonly derivation?: SpecDerivation;
}

/** The reason that an axis, or a part of it, is fixed. */
export interface FixedReason {
  /** The parameter's name. */
  readonly param: string;
  /** An axis of its tensor. */
  readonly axis: number;
  /** The reason, such as 'it reaches the output'. */
  readonly why: string;
}

/** The reasons for the fixed axes of a derived spec, and warnings about it. */
export interface SpecDerivation {
  /** The reason for each axis that is fixed, wholly or in part. */
  readonly fixed: readonly FixedReason[];
  /** Reasons to doubt the spec. Read them before you rely on it. */
  readonly warnings: readonly string[];
}

/** Options of {@link permutationSpec}. */
export interface PermutationSpecOptions {
  /** The rule for parameters of a network that the spec does not name. Default `'error'`. */
  unlisted?: 'error' | 'fixed';
  /**
   * The number of units of groups whose size cannot be inferred from any parameter, such as the heads of an
   * attention with flat kernels: `{ heads: 12 }`. As everywhere, the size of a group inside another is its number of
   * units over all units of the other: 8 key heads with 4 queries each are `{ g: 8, r: 32 }`. Default: all sizes are
   * inferred from the params.
   */
  sizes?: Readonly<Record<string, number>>;
  /**
   * The ways in which the network reads units of a group together, other than by linear maps:
   * `{ stream: ['layerNorm'], d: ['dotProduct'] }`. Functions that add, remove or merge units need them. Default: none.
   */
  joint?: Readonly<Record<string, readonly JointUse[]>>;
}

/**
 * Writes a permutation spec from patterns: one for each parameter, with one item per axis.
 *
 * - `_` is a fixed axis, `h` an axis permuted by group `h`.
 * - `(4 h)` is a row-major product. Factors are numbers, groups, or `_`, whose size is inferred. A
 *   flattened convolution is `(_ c)` in channels-last and `(c _)` in channels-first; an LSTM kernel
 *   is `x (4 h)`.
 * - `(a + b)` is a concatenation of groups, numbers or products. Products and concatenations nest.
 * - `d[h]` is the units of group `d` inside a unit of group `h`, which is in the same pattern: `(h d[h])` is an
 *   axis of heads, each with its own dimensions; `e h d[h]` is the same on two axes; `(g o[g]) i[g] _ _` is a
 *   grouped convolution in PyTorch's layout.
 * - `h>` says that the parameter is a producer of the units of `h` (the output axis of a kernel, a bias, γ, β), `>h`
 *   that it is a consumer (the contracted axis of a kernel), and `>h>` that it is both (a tied embedding). Arrows on
 *   parentheses hold for all groups inside that have none: `>(_ c)`. Permuting needs no arrows; merging does.
 * - `?` before the items means that a network may lack the parameter (`'? h'`).
 * - The empty pattern is a scalar.
 *
 * @param patterns - The patterns by the parameter's name, in the order of the model.
 * @param options - All have defaults.
 * @throws InvalidInputError when a pattern cannot be parsed; the message names the parameter and the item. Also when
 * `sizes` or `joint` names a group that no pattern has, `sizes` gives a group a number of units that is not a multiple
 * of those of the group that it is inside of, or `joint` lists what is no {@link JointUse}.
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
    assertOptions(options, { unlisted: true, sizes: true, joint: true });
    const { unlisted = 'error', sizes = {}, joint = {} } = options;
    assertUnlisted(unlisted);
    assertObject(
      'patterns',
      patterns,
      "Pass a pattern for each parameter, such as { kernel: '_ h' }",
    );
    assertObject('sizes', sizes, 'Pass the number of units of each group, such as { heads: 12 }');
    assertObject('joint', joint, "Pass the joint uses of groups, such as { h: ['layerNorm'] }");
    const params: Record<string, ParameterSpec> = {};
    for (const [name, pattern] of Object.entries(patterns)) {
      assertParameterName(name);
      params[name] = parsePattern(name, pattern);
    }
    const groups = withJoint(withSizes(groupsOfParams(params), sizes), joint);
    return { groups, params, unlisted };
  });
}

function withSizes(groups: readonly Group[], sizes: Readonly<Record<string, number>>): Group[] {
  const known = new Map(groups.map((group) => [group.name, group]));
  for (const [name, size] of Object.entries(sizes)) {
    const group = known.get(name);
    if (!group || !Number.isSafeInteger(size) || size < 1) {
      throw invalid(
        group
          ? `sizes gives group '${name}' ${size} units`
          : `sizes names '${name}', which is not a group of the patterns`,
        'Give the number of units of groups, an integer ≥ 1',
        { param: 'sizes', received: size },
      );
    }
    const parent = group.parents?.[0].group;
    if (parent !== undefined && Object.hasOwn(sizes, parent)) {
      assertWholeBlocks({ name, size, parent, blocks: sizes[parent], source: 'sizes' });
    }
  }
  return groups.map((group) =>
    Object.hasOwn(sizes, group.name) ? { ...group, size: sizes[group.name] } : group,
  );
}

function withJoint(
  groups: readonly Group[],
  joint: Readonly<Record<string, readonly JointUse[]>>,
): Group[] {
  const names = new Set(groups.map(({ name }) => name));
  for (const [name, uses] of Object.entries(joint)) {
    assertJointUses('joint', name, uses);
    if (names.has(name)) continue;
    throw invalid(
      `joint names '${name}', which is not a group of the patterns`,
      'Give joint uses of groups',
      { param: 'joint', received: name },
    );
  }
  return groups.map((group) =>
    Object.hasOwn(joint, group.name) ? { ...group, joint: [...joint[group.name]] } : group,
  );
}
