import { isRecord, listNames, shown } from '../checks';
import { invalid } from '../errors';
import { assertJointUses } from './assertJointUses';
import { assertWholeBlocks } from './assertWholeBlocks';
import type { Group, GroupParent } from './group';
import { isGroupName } from './parsePattern';

/** The most parents of a product: networks have two or three, and the time of a match grows with their square. */
const MOST_PARENTS = 16;

/**
 * Throws unless each group is listed once, after its parents. Parents are free or fibred. A fibred group has one
 * parent, without `of`; a product has several and its size, and no two of its tuples are equal.
 *
 * @returns The groups by name.
 */
export function assertGroups(groups: readonly Group[]): ReadonlyMap<string, Group> {
  const known = new Map<string, Group>();
  for (const group of groups) {
    assertGroup(group);
    const { name, parents = [] } = group;
    if (known.has(name)) throw wrongGroup(name, 'is listed twice', 'List each group once');
    for (const parent of parents) assertParent(group, parent, known);
    if (parents.length > 1) assertDistinct(group, parents);
    known.set(name, group);
  }
  return known;
}

/** Throws unless a group has a name, a size or null, and a list of parents or none. */
function assertGroup(group: Group): void {
  if (!isRecord(group) || typeof group.name !== 'string' || !isGroupName(group.name)) {
    throw invalid(
      `groups holds ${isRecord(group) ? `a group with the name ${shown(group.name)}` : shown(group)}`,
      "Each group is { name, size }. A name begins with a letter and has letters, digits and '_.:/-'",
      { param: 'groups', received: group },
    );
  }
  const { name, size, parents, joint } = group;
  if (joint !== undefined) assertJointUses('groups', name, joint);
  if (size !== null && !(Number.isSafeInteger(size) && size >= 1)) {
    throw wrongGroup(
      name,
      `has the size ${shown(size)}`,
      'Give the number of units, an integer ≥ 1, or null to read it from the params',
    );
  }
  if (parents === undefined) return;
  const isList = Array.isArray(parents) && parents.length > 0 && parents.length <= MOST_PARENTS;
  if (!isList || !parents.every((parent) => isRecord(parent) && typeof parent.group === 'string')) {
    const received = Array.isArray(parents) ? `${parents.length} parents` : shown(parents);
    throw wrongGroup(
      name,
      `has ${received} in parents`,
      `List 1 … ${MOST_PARENTS} objects { group } or { group, of }, or leave parents out`,
    );
  }
}

function assertParent(
  { name, size, parents = [] }: Group,
  { group, of }: GroupParent,
  known: ReadonlyMap<string, Group>,
): void {
  const parent = known.get(group);
  if (!parent) {
    throw wrongGroup(
      name,
      `is inside '${group}', which is not listed before it`,
      'List parents before the groups inside them',
    );
  }
  if (parent.parents && parent.parents.length > 1) {
    throw wrongGroup(
      name,
      `is inside '${group}', which is a product`,
      `A parent has a permutation of its own: list ${listNames(parent.parents.map((each) => each.group))} as parents`,
    );
  }
  if (parents.length > 1) assertUnits(name, size, parent, of);
  else assertFibred(name, size, parent, of);
}

function assertFibred(name: string, size: number | null, parent: Group, of: unknown): void {
  if (of !== undefined) {
    throw wrongGroup(
      name,
      `has one parent, '${parent.name}', with a list of units`,
      "Leave out 'of': the units of a group inside one other are in the order of their blocks",
    );
  }
  if (size === null || parent.size === null) return;
  const source = 'the spec';
  assertWholeBlocks({ name, size, parent: parent.name, blocks: parent.size, source });
}

/** Throws unless `of` has a unit of the parent for each unit of the product. */
function assertUnits(product: string, size: number | null, parent: Group, of: unknown): void {
  if (size === null || !Array.isArray(of) || of.length !== size) {
    throw wrongGroup(
      product,
      `has ${size ?? 'no number of'} units, and ${Array.isArray(of) ? of.length : shown(of)} units of its parent '${parent.name}'`,
      "Give a product its size, and in 'of' of each parent one unit for each unit of the product",
    );
  }
  const stray = of.findIndex((unit) => !isUnit(unit, parent.size ?? Number.POSITIVE_INFINITY));
  if (stray !== -1) throw strayUnit(product, parent.name, parent.size, of[stray]);
}

function isUnit(unit: unknown, size: number): boolean {
  return Number.isSafeInteger(unit) && (unit as number) >= 0 && (unit as number) < size;
}

/** The error for a tuple of a product with a unit that its parent does not have. */
export function strayUnit(product: string, parent: string, size: number | null, unit: unknown) {
  return wrongGroup(
    product,
    `has unit ${shown(unit)} of its parent '${parent}'${size === null ? '' : `, which has ${size} units`}`,
    `Give units of '${parent}', integers in 0 … ${size === null ? 'its size − 1' : size - 1}`,
    unit,
  );
}

function assertDistinct({ name }: Group, parents: readonly GroupParent[]): void {
  const seen = new Map<string, number>();
  for (let unit = 0; unit < parents[0].of!.length; unit++) {
    const tuple = parents.map(({ of }) => of![unit]).join(', ');
    const other = seen.get(tuple);
    if (other !== undefined) {
      throw wrongGroup(
        name,
        `has the tuple (${tuple}) twice, as its units ${other} and ${unit}`,
        'List each tuple of units of the parents once',
      );
    }
    seen.set(tuple, unit);
  }
}

function wrongGroup(name: string, problem: string, remedy: string, received: unknown = name) {
  return invalid(`group '${name}' ${problem}`, remedy, { param: 'groups', received });
}
