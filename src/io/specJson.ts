import { invalid } from '../errors';
import { formatAxis, isGroupName, parsePattern } from '../spec/pattern';
import { assertParameterName, assertUnlisted } from '../spec/permutationSpec';
import {
  type AxisSpec,
  type EntrySpec,
  type Group,
  groupsOfParams,
  type ParameterSpec,
  type PermutationSpec,
} from '../spec/spec';
import { isJsonObject, parseStrictJson, quoted } from './strictJson';

const FORMAT = 'perm-lmc spec';
const VERSION = 1;
const REMEDY = 'Write it with serializeSpec';

/**
 * A spec as JSON that people can read and edit: for each parameter its pattern.
 *
 * @returns JSON text; {@link parseSpec} reads it back as an equal spec.
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
  const groups = spec.groups.map(({ name, size }) => (size === null ? name : { name, size }));
  const params = Object.entries(spec.params).map(([name, parameter]) => [name, toJson(parameter)]);
  return JSON.stringify(
    {
      format: FORMAT,
      version: VERSION,
      unlisted: spec.unlisted,
      groups,
      params: Object.fromEntries(params),
    },
    null,
    2,
  );
}

/**
 * The spec that {@link serializeSpec} wrote, or that somebody wrote in the same form. `groups` may be
 * left out: they are then those of the patterns, in order of first appearance.
 *
 * @param json - Text from anywhere; it is checked before use.
 * @throws InvalidInputError when the text is not JSON, has a key twice, is of another format or
 * version, or holds a malformed pattern, axis or group: it says where.
 *
 * @example
 * ```ts
 * import { parseSpec } from 'perm-lmc';
 *
 * parseSpec('{"format": "perm-lmc spec", "version": 1, "params": {"kernel": "_ h", "bias": "h"}}');
 * ```
 */
export function parseSpec(json: string): PermutationSpec {
  const fn = 'parseSpec';
  const root = parseStrictJson(fn, json, 'the spec', REMEDY);
  assertFields(fn, 'the spec', root, ['format', 'version', 'unlisted', 'groups', 'params']);
  if (root.format !== FORMAT || root.version !== VERSION) {
    throw invalid(
      fn,
      `expected format "${FORMAT}", version ${VERSION}, received ${quoted(root.format)}, version ${quoted(root.version)}`,
      REMEDY,
    );
  }
  const unlisted = root.unlisted ?? 'error';
  assertUnlisted(fn, unlisted);
  if (!isJsonObject(root.params)) {
    throw invalid(fn, `params is ${quoted(root.params)}`, 'Make it an object, name to pattern');
  }
  const params: Record<string, ParameterSpec> = {};
  for (const [name, value] of Object.entries(root.params)) {
    assertParameterName(fn, name);
    params[name] = parameterFromJson(fn, name, value);
  }
  return { groups: groupsFromJson(fn, root.groups, groupsOfParams(params)), params, unlisted };
}

type JsonAxis = string | { size: number; entries: readonly EntrySpec[] };

function toJson({
  axes,
  optional,
}: ParameterSpec): string | { optional: boolean; axes: JsonAxis[] } {
  if (axes.every(isPattern)) {
    return [...(optional ? ['?'] : []), ...axes.map(formatAxis)].join(' ');
  }
  return {
    optional,
    axes: axes.map((axis) =>
      axis.kind === 'entries' ? { size: axis.size, entries: axis.entries } : formatAxis(axis),
    ),
  };
}

/** Whether an axis can be written as a pattern. Entries stand for a whole axis, never inside one. */
function isPattern(axis: AxisSpec): boolean {
  return axis.kind !== 'entries';
}

function parameterFromJson(fn: string, name: string, value: unknown): ParameterSpec {
  if (typeof value === 'string') return parsePattern(fn, name, value);
  const where = `parameter '${name}'`;
  if (!isJsonObject(value) || !Array.isArray(value.axes)) {
    throw invalid(fn, `${where} is ${quoted(value)}`, 'Make it a pattern, or an object with axes');
  }
  assertFields(fn, where, value, ['optional', 'axes']);
  const axes = value.axes.map((axis, i) => axisFromJson(fn, name, `${where} axis ${i}`, axis));
  return { axes, optional: value.optional === true };
}

function axisFromJson(fn: string, name: string, where: string, axis: unknown): AxisSpec {
  if (typeof axis === 'string') {
    const { axes, optional } = parsePattern(fn, name, axis);
    if (axes.length === 1 && !optional) return axes[0];
    throw invalid(fn, `${where} is ${quoted(axis)}`, 'Write the pattern of one axis');
  }
  if (!isJsonObject(axis)) {
    throw invalid(fn, `${where} is ${quoted(axis)}`, 'Make it a pattern, or size and entries');
  }
  const { size, entries } = axis;
  assertFields(fn, where, axis, ['size', 'entries']);
  if (!isSize(size) || !Array.isArray(entries) || entries.length === 0) {
    throw invalid(fn, `${where} is ${quoted(axis)}`, 'Give it a size ≥ 1 and a list of entries');
  }
  return {
    kind: 'entries',
    size,
    entries: entries.map((entry) => entryFromJson(fn, where, entry)),
  };
}

function entryFromJson(fn: string, where: string, entry: unknown): EntrySpec {
  const remedy = 'Make it { "group": name, "index": [positions] }';
  if (!isJsonObject(entry)) throw invalid(fn, `${where} has the entry ${quoted(entry)}`, remedy);
  const { group, index } = entry;
  const positions =
    Array.isArray(index) && index.every((at) => Number.isSafeInteger(at) && at >= 0);
  if (typeof group !== 'string' || !isGroupName(group) || !positions || index.length === 0) {
    throw invalid(fn, `${where} has the entry ${quoted(entry)}`, remedy);
  }
  assertFields(fn, `${where}, an entry`, entry, ['group', 'index']);
  return { group, index };
}

/** The groups as listed, which must be those of the parameters, or those if none are listed. */
function groupsFromJson(fn: string, listed: unknown, used: readonly Group[]): readonly Group[] {
  if (listed === undefined) return used;
  if (!Array.isArray(listed)) throw invalid(fn, `groups is ${quoted(listed)}`, REMEDY);
  const groups = listed.map((item): Group => {
    if (typeof item === 'string') return { name: item, size: null };
    if (isJsonObject(item) && typeof item.name === 'string' && isSize(item.size)) {
      assertFields(fn, `group '${item.name}'`, item, ['name', 'size']);
      return { name: item.name, size: item.size };
    }
    throw invalid(fn, `groups holds ${quoted(item)}`, 'Write a name, or a name and a size ≥ 1');
  });
  const names = groups.map(({ name }) => name);
  const same =
    new Set(names).size === names.length &&
    names.length === used.length &&
    used.every(({ name }) => names.includes(name));
  if (!same) {
    throw invalid(
      fn,
      `groups lists ${quoted(names)}, but the params are on ${quoted(used.map(({ name }) => name))}`,
      'List every group once, or leave groups out',
    );
  }
  return groups;
}

function assertFields(fn: string, where: string, value: object, known: readonly string[]): void {
  const stray = Object.keys(value).find((key) => !known.includes(key));
  if (stray !== undefined) {
    throw invalid(
      fn,
      `${where} has the field ${quoted(stray)}`,
      `Its fields are ${known.join(', ')}`,
    );
  }
}

function isSize(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 1;
}
