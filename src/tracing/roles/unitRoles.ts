import { nestedOffsets, stridesOf } from '../../params/internal';
import type { Role } from '../../symmetry';
import type { SpaceLayout, UnitGroup } from '../groups/unitGroup';
import { CONSUMES, type Mark, PRODUCES, UNSURE } from './mark';

/** The roles of a parameter for the units on some of its axes. */
export interface UnitRoles {
  /** The role for a free or fibred group at these positions; undefined if it is not certain. */
  roleOf(group: number, positions: Int32Array): Role | undefined;
}

/**
 * The roles of a parameter for the groups of a layout. A use along a digit is one of the groups whose units change
 * along it.
 *
 * @param axes - The axes of the parameter that the layout lies over, in row-major order.
 * @param sizes - Their sizes.
 */
export function unitRoles(
  marks: readonly Mark[],
  { groups: groupAt, units }: SpaceLayout,
  groups: readonly UnitGroup[],
  axes: readonly number[],
  sizes: readonly number[],
): UnitRoles {
  const flags = new Map<number, Uint8Array>();
  const strides = stridesOf(sizes);
  const strideOn = (axis: number) => strides[axes.indexOf(axis)] ?? 0;
  for (const mark of marks) {
    if (axes.includes(mark.digit.axis)) noteMark(mark);
  }

  function noteMark({ part, digit, role }: Mark): void {
    const own = part.axes
      .flatMap(({ digits }) => digits)
      .filter((each) => axes.includes(each.axis) && each.stride !== 0);
    if (!own.includes(digit)) return;
    const loops = [...own.filter((each) => each !== digit), digit];
    const first = axes.reduce((sum, axis, k) => sum + part.base[axis] * strides[k], 0);
    const positions = nestedOffsets(
      loops.map(({ count }) => count),
      loops.map(({ axis, stride }) => stride * strideOn(axis)),
    ).map((offset) => first + offset);
    for (let from = 0; from < positions.length; from += digit.count) {
      noteLine(positions.subarray(from, from + digit.count), role, own.length === 1);
    }
  }

  /** Notes a role at positions that a digit steps along, for the groups whose units change. */
  function noteLine(line: Int32Array, role: number, isAlone: boolean): void {
    const seen = new Map<number, number>();
    const changing = new Set<number>();
    const slotsAt = (at: number) => (groupAt[at] < 0 ? [] : groups[groupAt[at]].slots);
    for (const at of line) {
      for (const { group, digits } of slotsAt(at)) {
        const unit = digits[units[at]];
        if ((seen.get(group) ?? unit) !== unit) changing.add(group);
        seen.set(group, unit);
      }
    }
    for (const at of line) {
      for (const { group } of slotsAt(at)) {
        const counts = changing.has(group) || (isAlone && line.length === 1);
        if (counts) flagsOf(group)[at] |= role;
      }
    }
  }

  function flagsOf(group: number): Uint8Array {
    const own = flags.get(group) ?? new Uint8Array(groupAt.length);
    flags.set(group, own);
    return own;
  }

  return {
    roleOf(group, positions) {
      const own = flags.get(group);
      return own && roleOfFlags(positions.reduce((all, at) => all | own[at], 0));
    },
  };
}

function roleOfFlags(flags: number): Role | undefined {
  if (flags === 0 || (flags & UNSURE) !== 0) return undefined;
  if (flags === PRODUCES) return 'producer';
  return flags === CONSUMES ? 'consumer' : 'both';
}
