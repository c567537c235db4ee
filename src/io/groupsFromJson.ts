import { isRecord } from '../checks';
import { invalid } from '../errors';
import type { Group, GroupParent, ParameterSpec } from '../symmetry';
import { assertJointUses, groupsOfParams, isGroupName } from '../symmetry/internal';
import { assertFields } from './assertFields';
import { isIndex, isSize } from './isIndex';
import { quoted } from './parseStrictJson';

/**
 * The groups of a spec. If they are listed, the list must have every group of the parameters and every
 * parent; by default they are the groups of the parameters.
 */
export function groupsFromJson(
  listed: unknown,
  params: Readonly<Record<string, ParameterSpec>>,
): readonly Group[] {
  const used = groupsOfParams(params);
  if (listed === undefined) return used;
  if (!Array.isArray(listed)) {
    throw invalid(`groups must be a list, received ${quoted(listed)}`, 'Leave it out', {
      param: 'groups',
      received: listed,
    });
  }
  const parentsOf = new Map(used.map(({ name, parents }) => [name, parents]));
  const groups = listed.map((item) => groupFromJson(item, parentsOf));
  const names = new Set(groups.map(({ name }) => name));
  const parents = new Set(groups.flatMap((group) => group.parents ?? []).map(({ group }) => group));
  const same =
    names.size === groups.length &&
    [...names].every((name) => parents.has(name) || parentsOf.has(name)) &&
    [...parentsOf.keys(), ...parents].every((name) => names.has(name));
  if (!same) {
    throw invalid(
      `groups lists ${quoted(groups.map(({ name }) => name))}, but the params use ${quoted([...parentsOf.keys()])}`,
      'List every group and every parent once, or leave groups out',
      { param: 'groups', received: listed },
    );
  }
  return groups;
}

/**
 * A group of the list.
 *
 * @param parentsOf - For each group of the parameters the parents that the patterns give it.
 */
function groupFromJson(
  item: unknown,
  parentsOf: ReadonlyMap<string, readonly GroupParent[] | undefined>,
): Group {
  if (typeof item === 'string') {
    const parents = parentsOf.get(item);
    return { name: item, size: null, ...(parents ? { parents } : {}) };
  }
  const wrong = () =>
    invalid(
      `groups holds ${quoted(item)}`,
      'Write a name, or an object with a name and optionally a size ≥ 1, parents and joint uses',
      { param: 'groups', received: item },
    );
  if (!isRecord(item) || typeof item.name !== 'string') throw wrong();
  const { name, size = null } = item;
  assertFields(`group '${name}'`, item, ['name', 'size', 'parents', 'joint']);
  if (!isGroupName(name) || (size !== null && !isSize(size))) throw wrong();
  const implied = parentsOf.get(name);
  const parents = item.parents === undefined ? implied : parentsFromJson(name, item.parents);
  if (implied && (parents?.length !== 1 || parents[0].group !== implied[0].group)) {
    throw invalid(
      `group '${name}' is inside '${implied[0].group}' in the patterns, but not in groups`,
      'Leave the parents out of groups',
      { param: 'groups', received: item },
    );
  }
  const { joint } = item;
  if (joint !== undefined) assertJointUses('groups', name, joint);
  return { name, size, ...(parents ? { parents } : {}), ...(joint ? { joint } : {}) };
}

function parentsFromJson(name: string, value: unknown): GroupParent[] {
  const wrong = () =>
    invalid(
      `group '${name}' has the parents ${quoted(value)}`,
      'List one name, or several objects { "group": name, "of": [units] }',
      { param: 'groups', received: value },
    );
  if (!Array.isArray(value) || value.length === 0) throw wrong();
  if (value.length === 1 && typeof value[0] === 'string') return [{ group: value[0] }];
  if (value.length === 1) throw wrong();
  return value.map((parent): GroupParent => {
    if (!isRecord(parent) || typeof parent.group !== 'string') throw wrong();
    assertFields(`a parent of group '${name}'`, parent, ['group', 'of']);
    if (!Array.isArray(parent.of) || !parent.of.every(isIndex)) throw wrong();
    return { group: parent.group, of: parent.of as number[] };
  });
}
