import { isRecord } from '../checks';
import { invalid, named } from '../errors';
import type {
  AxisSpec,
  EntrySpec,
  Group,
  GroupParent,
  ParameterSpec,
  PermutationSpec,
  SpecDerivation,
} from '../symmetry';
import {
  assertParameterName,
  assertSpec,
  assertUnlisted,
  formatAxis,
  groupsOfParams,
  isGroupName,
  parsePattern,
} from '../symmetry/internal';
import { parseStrictJson, quoted } from './parseStrictJson';

const FORMAT = 'perm-lmc spec';
const VERSION = 1;
const REMEDY = 'Write it with serializeSpec';

/**
 * A spec as JSON that can be read and edited by hand: the pattern of each parameter.
 *
 * @returns JSON text; {@link parseSpec} reads it back as an equal spec.
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
        format: FORMAT,
        version: VERSION,
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

/**
 * Parses a spec written by {@link serializeSpec} or by hand. `groups` is optional: by default the groups
 * are those of the patterns, in order of first appearance.
 *
 * @param json - JSON text from any source.
 * @throws InvalidInputError if the text is not JSON, has a duplicate key, has another format or
 * version, or has a malformed pattern, axis or group, or one that no permutation can move: entries that overlap, a
 * tuple of a product twice, or a unit that a parent does not have. The error names the place.
 *
 * @example
 * ```ts
 * import { parseSpec } from 'perm-lmc';
 *
 * parseSpec('{"format": "perm-lmc spec", "version": 1, "params": {"kernel": "_ h", "bias": "h"}}');
 * ```
 */
export function parseSpec(json: string): PermutationSpec {
  return named('parseSpec', () => {
    const root = parseStrictJson(json, 'the spec', REMEDY);
    const fields = ['format', 'version', 'unlisted', 'groups', 'params', 'derivation'];
    assertFields('the spec', root, fields);
    if (root.format !== FORMAT || root.version !== VERSION) {
      throw invalid(
        `expected format "${FORMAT}", version ${VERSION}, received ${quoted(root.format)}, version ${quoted(root.version)}`,
        REMEDY,
        { received: root.format === FORMAT ? root.version : root.format },
      );
    }
    const unlisted = root.unlisted ?? 'error';
    assertUnlisted(unlisted);
    if (!isRecord(root.params)) {
      throw invalid(
        `params must be an object, received ${quoted(root.params)}`,
        'Make it an object from parameter names to patterns',
        { param: 'params', received: root.params },
      );
    }
    const params: Record<string, ParameterSpec> = {};
    for (const [name, value] of Object.entries(root.params)) {
      assertParameterName(name);
      params[name] = parameterFromJson(name, value);
    }
    const groups = groupsFromJson(root.groups, params);
    const derivation = derivationFromJson(root.derivation);
    const spec = { groups, params, unlisted, ...(derivation ? { derivation } : {}) };
    assertSpec(spec);
    return spec;
  });
}

type JsonAxis =
  | string
  | { size: number; entries: readonly EntrySpec[]; axes?: readonly number[] }
  | { partOf: number };

/** A group as JSON: its name alone if it has no size and no parents. */
function groupToJson({ name, size, parents }: Group): string | object {
  if (size === null && !parents) return name;
  return {
    name,
    ...(size === null ? {} : { size }),
    ...(parents
      ? { parents: parents.map(({ group, of }) => (of === undefined ? group : { group, of })) }
      : {}),
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

function parameterFromJson(name: string, value: unknown): ParameterSpec {
  if (typeof value === 'string') return parsePattern(name, value);
  const where = `parameter '${name}'`;
  if (!isRecord(value) || !Array.isArray(value.axes)) {
    throw invalid(`${where} is ${quoted(value)}`, 'Make it a pattern, or an object with axes', {
      param: name,
      received: value,
    });
  }
  assertFields(where, value, ['optional', 'axes']);
  const { optional = false } = value;
  if (typeof optional !== 'boolean') {
    throw invalid(
      `${where} has optional ${quoted(optional)}`,
      'Write true if a network may lack the parameter, or leave it out',
      { param: name, received: optional },
    );
  }
  const axes = value.axes.map((axis, i) => axisFromJson({ param: name, axis: i }, axis));
  return { axes, optional };
}

/** An axis of a parameter, for messages and the fields of errors. */
interface AxisPosition {
  readonly param: string;
  readonly axis: number;
}

function axisFromJson(at: AxisPosition, axis: unknown): AxisSpec {
  const where = `parameter '${at.param}' axis ${at.axis}`;
  const wrong = (remedy: string) =>
    invalid(`${where} is ${quoted(axis)}`, remedy, { ...at, received: axis });
  if (typeof axis === 'string') {
    const { axes, optional } = parsePattern(at.param, axis);
    if (axes.length === 1 && !optional) return axes[0];
    throw wrong('Write the pattern of one axis');
  }
  if (!isRecord(axis)) throw wrong('Make it a pattern, or an object with size and entries');
  if (Object.hasOwn(axis, 'partOf')) {
    assertFields(where, axis, ['partOf']);
    if (isIndex(axis.partOf)) return { kind: 'part', of: axis.partOf };
    throw wrong('Give the number of the axis that has the entries');
  }
  const { size, entries, axes } = axis;
  assertFields(where, axis, ['size', 'entries', 'axes']);
  const listed = axes === undefined || (Array.isArray(axes) && axes.every(isIndex));
  if (!isSize(size) || !Array.isArray(entries) || entries.length === 0 || !listed) {
    throw wrong('Give it a size ≥ 1, a list of entries and, if they span several axes, the axes');
  }
  return {
    kind: 'entries',
    size,
    entries: entries.map((entry) => entryFromJson(at, where, entry)),
    ...(axes === undefined ? {} : { axes: axes as number[] }),
  };
}

function entryFromJson(at: AxisPosition, where: string, entry: unknown): EntrySpec {
  const wrong = () =>
    invalid(
      `${where} has the entry ${quoted(entry)}`,
      'Make it { "group": name, "index": [positions] }',
      { ...at, received: entry },
    );
  if (!isRecord(entry)) throw wrong();
  const { group, index } = entry;
  const positions = Array.isArray(index) && index.every(isIndex);
  if (typeof group !== 'string' || !isGroupName(group) || !positions || index.length === 0) {
    throw wrong();
  }
  assertFields(`${where}, an entry`, entry, ['group', 'index']);
  return { group, index };
}

/**
 * The groups of a spec. If they are listed, the list must have every group of the parameters and every
 * parent; by default they are the groups of the parameters.
 */
function groupsFromJson(
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
      'Write a name, or an object with a name and optionally a size ≥ 1 and parents',
      { param: 'groups', received: item },
    );
  if (!isRecord(item) || typeof item.name !== 'string') throw wrong();
  const { name, size = null } = item;
  assertFields(`group '${name}'`, item, ['name', 'size', 'parents']);
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
  return { name, size, ...(parents ? { parents } : {}) };
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

function derivationFromJson(value: unknown): SpecDerivation | undefined {
  if (value === undefined) return undefined;
  const isFixed = (item: unknown) =>
    isRecord(item) &&
    typeof item.param === 'string' &&
    isIndex(item.axis) &&
    typeof item.why === 'string';
  const sound =
    isRecord(value) &&
    Array.isArray(value.fixed) &&
    value.fixed.every(isFixed) &&
    Array.isArray(value.warnings) &&
    value.warnings.every((warning) => typeof warning === 'string');
  if (!sound) {
    throw invalid(
      `derivation is ${quoted(value)}`,
      'Leave it out, or give it two lists: fixed axes { param, axis, why } and warnings',
      { param: 'derivation', received: value },
    );
  }
  return value as unknown as SpecDerivation;
}

function assertFields(where: string, value: object, known: readonly string[]): void {
  const stray = Object.keys(value).find((key) => !known.includes(key));
  if (stray !== undefined) {
    throw invalid(`${where} has the field ${quoted(stray)}`, `Its fields are ${known.join(', ')}`, {
      received: stray,
    });
  }
}

function isIndex(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isSize(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 1;
}
