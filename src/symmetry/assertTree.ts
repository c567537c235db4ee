import { shown } from '../checks';
import { invalid } from '../errors';
import { assertRole } from './assertRole';
import type { AxisSpec, GroupAxis } from './axisSpec';
import type { Group } from './group';
import type { AxisName } from './listedPlaces';
import { MOST_PARENTHESES } from './parsePattern';

/** The most levels of products and concatenations on an axis: in a pattern, a parenthesis has one of each. */
const MOST_LEVELS = 2 * MOST_PARENTHESES;

/** The most parts of an axis. Parts that are one object in several places count in each. */
const MOST_PARTS = 1_000_000;

/**
 * Throws unless an axis is a tree of fixed positions, groups of the spec, products and concatenations, with one size
 * to infer at most. Entries and parts are whole axes, never a part of a tree.
 */
export function assertTree(
  name: AxisName,
  axis: AxisSpec,
  groups: ReadonlyMap<string, Group>,
): void {
  if (countInferred({ name, groups, parts: 0 }, axis, 0) < 2) return;
  throw wrongAxis(name, 'has two sizes to infer', "Give all but one 'fixed' part its size", axis);
}

/** An axis whose parts are visited. */
interface Visit {
  readonly name: AxisName;
  readonly groups: ReadonlyMap<string, Group>;
  /** The number of parts so far. */
  parts: number;
}

/** The number of sizes to infer in a part of an axis, which is checked on the way. */
function countInferred(visit: Visit, part: AxisSpec, level: number): number {
  const { name, groups } = visit;
  if (level > MOST_LEVELS) {
    throw wrongAxis(name, `is nested more than ${MOST_LEVELS} deep`, 'Nest products less', part);
  }
  if (++visit.parts > MOST_PARTS) {
    throw wrongAxis(name, `has more than ${MOST_PARTS} parts`, 'Write fewer parts', part);
  }
  switch (part?.kind) {
    case 'fixed':
      return countFixed(name, part.size);
    case 'group':
      assertLeaf(name, part, groups);
      return 0;
    case 'product':
      return countParts(visit, part.factors, level);
    case 'concat':
      return countParts(visit, part.segments, level);
    default:
      throw wrongAxis(
        name,
        `has ${kindIn(part)} where a tree of groups and sizes is expected`,
        "The kinds of a tree are 'fixed', 'group', 'product' and 'concat'; 'entries' and 'part' are whole axes",
        part,
      );
  }
}

function countParts(visit: Visit, parts: readonly AxisSpec[], level: number): number {
  if (!Array.isArray(parts) || parts.length === 0) {
    throw wrongAxis(
      visit.name,
      `has ${Array.isArray(parts) ? 'no part' : shown(parts)} in a product or a concatenation`,
      'List its factors or its segments, at least one',
      parts,
    );
  }
  let inferred = 0;
  for (const part of parts) inferred += countInferred(visit, part, level + 1);
  return inferred;
}

function countFixed(name: AxisName, size: number | null): number {
  if (size === null) return 1;
  if (Number.isSafeInteger(size) && size >= 1) return 0;
  throw wrongAxis(
    name,
    `has ${shown(size)} fixed positions`,
    'Give their number, an integer ≥ 1, or null to infer it',
    size,
  );
}

/** Throws unless a group is in the spec, has a permutation, and is inside `within` if that is given. */
function assertLeaf(
  name: AxisName,
  { group, within, role }: GroupAxis,
  groups: ReadonlyMap<string, Group>,
): void {
  const { parents = [] } = assertListed(name, group, groups);
  assertRole(name, group, role);
  if (parents.length > 1) {
    throw wrongAxis(
      name,
      `has '${group}', a product, in a pattern`,
      'Write its positions as entries: a product has no permutation of its own',
      group,
    );
  }
  if (within === undefined || (parents.length === 1 && parents[0].group === within)) return;
  throw wrongAxis(
    name,
    `has '${group}[${shown(within)}]', but the spec does not list '${group}' as inside it`,
    `List '${group}' with the parents [{ group: name }], each parent before it`,
    within,
  );
}

/** The group of this name; throws if the spec does not list it. */
export function assertListed(
  { param, axis }: AxisName,
  group: string,
  groups: ReadonlyMap<string, Group>,
): Group {
  const listed = groups.get(group);
  if (listed) return listed;
  throw invalid(
    `parameter '${param}' has group '${shown(group)}', which the spec does not list`,
    'Write the spec with permutationSpec, traceSpec or parseSpec',
    { param, axis, received: group },
  );
}

/** The error for an axis of a parameter. */
export function wrongAxis(
  { param, axis }: AxisName,
  problem: string,
  remedy: string,
  received: unknown,
) {
  return invalid(`'${param}' axis ${axis} ${problem}`, remedy, { param, axis, received });
}

function kindIn(part: unknown): string {
  const kind = (part as { kind?: unknown } | null | undefined)?.kind;
  return kind === undefined ? shown(part) : `the kind ${shown(kind)}`;
}
