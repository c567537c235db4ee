import { kindOf } from '../checks';
import { invalid } from '../errors';
import type { Group } from './group';
import { groupsOfAxis } from './groupsOfParams';
import type { PermutationSpec } from './permutationSpec';

/** Throws unless the value has the fields of a spec; their contents are not checked. */
export function assertSpec(spec: PermutationSpec): void {
  if (!Array.isArray(spec?.groups) || typeof spec.params !== 'object' || spec.params === null) {
    throw invalid(
      `spec must be a PermutationSpec, received ${kindOf(spec)}`,
      'Write it with permutationSpec(patterns) or a preset such as mlpSpec',
      { param: 'spec', received: kindOf(spec) },
    );
  }
}

/** Throws unless every group of an axis is listed once, after its parents. */
export function assertGroups({ groups, params }: PermutationSpec): void {
  const known = new Map<string, Group>();
  for (const group of groups) {
    if (known.has(group.name)) {
      throw invalid(`the spec lists group '${group.name}' twice`, 'List each group once', {
        param: 'spec',
        received: group.name,
      });
    }
    if (!parentsFit(group, known)) {
      throw invalid(
        `the spec lists group '${group.name}' with parents that do not fit it`,
        'List parents first, none of them a product. A fibred group has one parent without `of`; a product has several, each with one unit in `of` for every tuple',
        { param: 'spec', received: group.name },
      );
    }
    known.set(group.name, group);
  }
  for (const [param, { axes }] of Object.entries(params)) {
    const stray = axes.flatMap(groupsOfAxis).find((name) => !known.has(name));
    if (stray !== undefined) {
      throw invalid(
        `parameter '${param}' has group '${stray}', which the spec does not list`,
        'Write the spec with permutationSpec, traceSpec or parseSpec',
        { param, received: stray },
      );
    }
  }
}

/**
 * True if all parents of a group are known and none is a product. The parent of a fibred group has no `of`; each
 * parent of a product has the unit of[u] for every unit u of the product.
 */
function parentsFit({ size, parents = [] }: Group, known: ReadonlyMap<string, Group>): boolean {
  return parents.every(({ group, of }) => {
    const parent = known.get(group);
    if (!parent || (parent.parents?.length ?? 0) > 1) return false;
    if (parents.length === 1) return of === undefined;
    const units = parent.size ?? Number.POSITIVE_INFINITY;
    const isUnit = (unit: number) => Number.isInteger(unit) && unit >= 0 && unit < units;
    return of !== undefined && of.length === size && of.every(isUnit);
  });
}
