import { invalid } from '../errors';
import type { Group } from './group';
import { groupsOfAxis } from './groupsOfParams';
import type { PermutationSpec } from './permutationSpec';

/** Throws unless it looks like a spec. */
export function assertSpec(spec: PermutationSpec): void {
  if (!Array.isArray(spec?.groups) || typeof spec.params !== 'object' || spec.params === null) {
    throw invalid(
      'spec is no PermutationSpec',
      'Write it with permutationSpec(patterns) or a preset such as mlpSpec',
    );
  }
}

/** Throws unless every group of an axis is listed, and every parent before what is inside it. */
export function assertGroups({ groups, params }: PermutationSpec): void {
  const known = new Map<string, Group>();
  for (const group of groups) {
    const problem = known.has(group.name)
      ? 'twice'
      : parentsFit(group, known)
        ? null
        : 'with parents that do not fit';
    if (problem !== null) {
      throw invalid(
        `the spec lists group '${group.name}' ${problem}`,
        'Parents come first and are no products; a fibred group has one, a product several, each with a unit for every one of its own',
      );
    }
    known.set(group.name, group);
  }
  for (const [param, { axes }] of Object.entries(params)) {
    const stray = axes.flatMap(groupsOfAxis).find((name) => !known.has(name));
    if (stray !== undefined) {
      throw invalid(
        `parameter '${param}' is on group '${stray}', which the spec does not list`,
        'Write the spec with permutationSpec, traceSpec or parseSpec',
      );
    }
  }
}

/**
 * True if all parents of a group are known and no products. The one parent of a fibred group says nothing of
 * its units; each parent of a product says which of its units is in each tuple.
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
