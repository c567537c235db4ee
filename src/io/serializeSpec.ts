import { named } from '../errors';
import type { AxisSpec, EntrySpec, Group, ParameterSpec, PermutationSpec } from '../symmetry';
import { assertSpec, formatAxis } from '../symmetry/internal';
import { specFormat } from './specFormat';

/**
 * A spec as JSON that can be read and edited by hand: the pattern of each parameter.
 *
 * @returns JSON text; `parseSpec` reads it back as an equal spec.
 * @throws InvalidInputError if the spec is not sound, such as one whose entries overlap; the error names the place.
 *
 * @example
 * ```ts
 * import { permutationSpec, serializeSpec } from 'perm-lmc';
 *
 * serializeSpec(permutationSpec({ kernel: '_ h', bias: 'h' }));
 * // {"format": "perm-lmc spec", "version": 1, …, "params": {"kernel": "_ h", "bias": "h"}}
 * ```
 */
export function serializeSpec(spec: PermutationSpec): string {
  return named('serializeSpec', () => {
    assertSpec(spec);
    const groups = spec.groups.map(groupToJson);
    const params = Object.entries(spec.params).map(([name, parameter]) => [
      name,
      toJson(parameter),
    ]);
    return JSON.stringify(
      {
        ...specFormat,
        unlisted: spec.unlisted,
        groups,
        params: Object.fromEntries(params),
        ...(spec.derivation ? { derivation: spec.derivation } : {}),
      },
      null,
      2,
    );
  });
}

type JsonAxis =
  | string
  | { size: number; entries: readonly EntrySpec[]; axes?: readonly number[] }
  | { partOf: number };

/** A group as JSON: its name alone if it has no size, no parents and no joint uses. */
function groupToJson({ name, size, parents, joint }: Group): string | object {
  if (size === null && !parents && !joint) return name;
  return {
    name,
    ...(size === null ? {} : { size }),
    ...(parents
      ? { parents: parents.map(({ group, of }) => (of === undefined ? group : { group, of })) }
      : {}),
    ...(joint ? { joint } : {}),
  };
}

function toJson({
  axes,
  optional,
}: ParameterSpec): string | { optional: boolean; axes: JsonAxis[] } {
  if (axes.every(isPattern)) {
    return [...(optional ? ['?'] : []), ...axes.map(formatAxis)].join(' ');
  }
  return {
    optional,
    axes: axes.map(axisToJson),
  };
}

function axisToJson(axis: AxisSpec): JsonAxis {
  if (axis.kind === 'part') return { partOf: axis.of };
  if (axis.kind !== 'entries') return formatAxis(axis);
  const { size, entries, axes } = axis;
  return { size, ...(axes ? { axes } : {}), entries };
}

/** True if an axis can be written as a pattern. Entries describe a whole axis, never a part of one. */
function isPattern(axis: AxisSpec): boolean {
  return axis.kind !== 'entries' && axis.kind !== 'part';
}
