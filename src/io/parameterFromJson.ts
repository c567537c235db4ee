import { isRecord } from '../checks';
import { invalid } from '../errors';
import type { AxisSpec, EntrySpec, ParameterSpec, Role } from '../symmetry';
import { isGroupName, isRole, parsePattern } from '../symmetry/internal';
import { assertFields } from './assertFields';
import { isIndex, isSize } from './isIndex';
import { quoted } from './parseStrictJson';

/** A parameter of a spec: its pattern, or an object with its axes. */
export function parameterFromJson(name: string, value: unknown): ParameterSpec {
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
      'Make it { "group": name, "index": [positions] }, with "role": "producer", "consumer" or "both" if it is known',
      { ...at, received: entry },
    );
  if (!isRecord(entry)) throw wrong();
  const { group, index, role } = entry;
  const positions = Array.isArray(index) && index.every(isIndex);
  if (
    typeof group !== 'string' ||
    !isGroupName(group) ||
    !positions ||
    index.length === 0 ||
    !isSaid(role)
  ) {
    throw wrong();
  }
  assertFields(`${where}, an entry`, entry, ['group', 'index', 'role']);
  return { group, index, ...(role === undefined ? {} : { role }) };
}

/** True for a role, or if none is said. */
function isSaid(role: unknown): role is Role | undefined {
  return role === undefined || isRole(role);
}
