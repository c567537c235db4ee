import { sizeOf, stridesOf } from '../../params/internal';
import type { AxisSpec, EntrySpec, GroupAxis, Role } from '../../symmetry';
import type { UnitRoles } from '../roles/unitRoles';
import type { Slot, SpaceLayout, UnitGroup } from './unitGroup';

/** The names of groups in a spec. */
export interface GroupNames {
  readonly groups: readonly UnitGroup[];
  /** The name of a free or fibred group; null if the spec does not hold it. */
  name(group: number): string | null;
  /** The name of any group. A group that several parents determine may be added to the spec. */
  entryName(group: number): string | null;
}

/**
 * The item of each axis of a tensor: a pattern if the positions are regular, else a list of entries.
 *
 * @param layout - The layout of the space over the axes; null for a fixed space.
 * @param axes - The axes that the space lies over, in row-major order.
 * @param sizes - Their sizes.
 * @param roles - The roles of the tensor, a parameter, for the units; null for other tensors.
 */
export function fitAxes(
  layout: SpaceLayout | null,
  axes: readonly number[],
  sizes: readonly number[],
  names: GroupNames,
  roles: UnitRoles | null,
): Map<number, AxisSpec> {
  const size = sizeOf(sizes);
  const entries = layout ? entriesOf(layout, names) : [];
  const boxes = entries.map(({ group, index }) => boxOf(names, group, index, roles));
  const pattern = boxes.every((box) => box !== null) ? fitBoxes(boxes, size, false) : null;
  const parts = pattern && distribute(pattern, sizes, names);
  if (parts) return new Map(axes.map((axis, k) => [axis, parts[k]]));
  const listed = entries.flatMap(({ group, index }): EntrySpec[] => {
    const name = names.entryName(group);
    if (name === null) return [];
    const role = roles && entryRole(names, group, index, roles);
    return [{ group: name, index: Array.from(index), ...(role ? { role } : {}) }];
  });
  const whole: AxisSpec = {
    kind: 'entries',
    size,
    entries: listed,
    ...(axes.length > 1 ? { axes: [...axes] } : {}),
  };
  return new Map(
    axes.map((axis, k) => [axis, k === 0 ? whole : { kind: 'part' as const, of: axes[0] }]),
  );
}

/** One appearance of a group: unit u is at position `index[u]`. */
interface Entry {
  readonly group: number;
  readonly index: Int32Array;
}

/** The appearances of the spec's groups, in order of their first positions. */
function entriesOf({ groups, units, classes }: SpaceLayout, names: GroupNames): Entry[] {
  const entries = new Map<number, Entry>();
  for (let i = 0; i < groups.length; i++) {
    const group = groups[i];
    if (group < 0 || names.groups[group].slots.some((slot) => names.name(slot.group) === null)) {
      continue;
    }
    const entry = entries.get(classes[i]) ?? {
      group,
      index: new Int32Array(names.groups[group].size),
    };
    entries.set(classes[i], entry);
    entry.index[units[i]] = i;
  }
  return [...entries.values()];
}

/** A regular appearance: the unit of digits dₖ is at position base + Σ dₖ·strideₖ. */
interface Box {
  readonly base: number;
  readonly digits: readonly BoxDigit[];
}

interface BoxDigit {
  /** The pattern item of the digit, without its role. */
  readonly item: GroupAxis;
  /** The role of the parameter for its units. */
  readonly role: Role | undefined;
  readonly count: number;
  readonly stride: number;
}

/** The appearance as a box; null if it is not regular. */
function boxOf(
  names: GroupNames,
  group: number,
  index: Int32Array,
  roles: UnitRoles | null,
): Box | null {
  const { slots, size } = names.groups[group];
  const groups = slots.map((slot) => slot.group);
  const repeated = groups.filter((each, k) => groups.indexOf(each) !== k);
  const parents = groups.flatMap((each) => names.groups[each].parents.map(({ group }) => group));
  // A pattern cannot say which of two units of one group, or which tuple, a unit is inside of.
  const ambiguous = (parent: number) => repeated.includes(parent) || !groups.includes(parent);
  if (parents.some(ambiguous)) return null;
  const strides = stridesOf(slots.map(({ count }) => count));
  const positions = new Int32Array(size);
  for (let u = 0; u < size; u++) {
    positions[slots.reduce((sum, { digits }, k) => sum + digits[u] * strides[k], 0)] = index[u];
  }
  const steps = strides.map((stride) => positions[stride] - positions[0]);
  if (steps.some((step) => step <= 0)) return null;
  for (let u = 0; u < size; u++) {
    const regular = slots.reduce((sum, { digits }, k) => sum + digits[u] * steps[k], positions[0]);
    if (index[u] !== regular) return null;
  }
  const known = slotRoles(names, slots, index, roles);
  return {
    base: positions[0],
    digits: slots.map((slot, k) => ({
      item: itemOf(names, slot),
      role: known[k],
      count: slot.count,
      stride: steps[k],
    })),
  };
}

/** The role for each digit. A parent whose units do not change along one use has that of the group inside. */
function slotRoles(
  names: GroupNames,
  slots: readonly Slot[],
  index: Int32Array,
  roles: UnitRoles | null,
): (Role | undefined)[] {
  const own = slots.map(({ group }) => roles?.roleOf(group, index));
  for (let k = slots.length - 1; k >= 0; k--) {
    own[k] ??= own.find((_, j) =>
      names.groups[slots[j].group].parents.some((parent) => parent.group === slots[k].group),
    );
  }
  return own;
}

/** The role for the units of an entry: for a product, the one that all digits have. */
function entryRole(
  names: GroupNames,
  group: number,
  index: Int32Array,
  roles: UnitRoles,
): Role | undefined {
  const { slots } = names.groups[group];
  const own = slotRoles(names, slots, index, roles);
  return names.name(group) === null ? commonRole(own) : own.at(-1);
}

/** The role of all; `'both'` if they have different roles, undefined if one has none. */
function commonRole(roles: readonly (Role | undefined)[]): Role | undefined {
  if (roles.includes(undefined)) return undefined;
  return new Set(roles).size === 1 ? roles[0] : 'both';
}

function itemOf(names: GroupNames, { group }: Slot): GroupAxis {
  const [parent] = names.groups[group].parents;
  return {
    kind: 'group',
    group: names.name(group)!,
    ...(parent ? { within: names.name(parent.group)! } : {}),
  };
}

/**
 * The pattern of boxes on `size` positions, or null. Inside a digit that moves (`inner`) the boxes must cover all
 * positions, since all of them move with it.
 */
function fitBoxes(boxes: readonly Box[], size: number, inner: boolean): AxisSpec | null {
  const moving = boxes.filter(({ digits }) => digits.length > 0).sort((a, b) => a.base - b.base);
  const still = boxes.length - moving.length;
  if (moving.length === 0) return inner && still !== size ? null : { kind: 'fixed', size };
  const runs = overlappingRuns(moving);
  const [first] = runs;
  if (runs.length > 1 || first.start > 0 || first.end < size)
    return fitRuns(boxes, runs, size, inner);
  const outer = moving[0].digits.find(({ count, stride }) => count * stride === size);
  if (!outer || still > 0) return null;
  const rest: Box[] = [];
  const roles: (Role | undefined)[] = [];
  for (const { base, digits } of moving) {
    const at = digits.findIndex((digit) => isSameDigit(digit, outer));
    if (at < 0 || base >= outer.stride) return null;
    roles.push(digits[at].role);
    rest.push({ base, digits: digits.toSpliced(at, 1) });
  }
  const fitted = fitBoxes(rest, outer.stride, true);
  if (fitted === null) return null;
  const role = commonRole(roles);
  const item = role ? { ...outer.item, role } : outer.item;
  return outer.stride === 1 ? item : product([item, fitted]);
}

interface Run {
  readonly start: number;
  end: number;
  readonly boxes: Box[];
}

/** Runs of overlapping boxes. `boxes` is sorted by `base`. */
function overlappingRuns(boxes: readonly Box[]): Run[] {
  const runs: Run[] = [];
  for (const box of boxes) {
    const end =
      1 + box.digits.reduce((last, { count, stride }) => last + (count - 1) * stride, box.base);
    const last = runs.at(-1);
    if (last && box.base < last.end) {
      last.boxes.push(box);
      last.end = Math.max(last.end, end);
    } else {
      runs.push({ start: box.base, end, boxes: [box] });
    }
  }
  return runs;
}

/** The pattern of consecutive runs, with fixed positions between them; null if there is none. */
function fitRuns(
  boxes: readonly Box[],
  runs: readonly Run[],
  size: number,
  inner: boolean,
): AxisSpec | null {
  const still = new Set(boxes.filter(({ digits }) => digits.length === 0).map(({ base }) => base));
  const segments: AxisSpec[] = [];
  let at = 0;
  const fill = (end: number): boolean => {
    for (let i = at; inner && i < end; i++) if (!still.delete(i)) return false;
    if (end > at) segments.push({ kind: 'fixed', size: end - at });
    return true;
  };
  for (const run of runs) {
    if (!fill(run.start)) return null;
    const shifted = run.boxes.map(({ base, digits }) => ({ base: base - run.start, digits }));
    const fitted = fitBoxes(shifted, run.end - run.start, inner);
    if (fitted === null) return null;
    segments.push(fitted);
    at = run.end;
  }
  return fill(size) && still.size === 0 ? concatenation(segments) : null;
}

/** Segments as a concatenation. Repeated segments become a product. */
function concatenation(segments: readonly AxisSpec[]): AxisSpec {
  const keys = segments.map((segment) => JSON.stringify(segment));
  for (let period = 1; period <= segments.length / 2; period++) {
    if (segments.length % period !== 0 || keys.some((key, i) => key !== keys[i % period])) continue;
    const repeats: AxisSpec = { kind: 'fixed', size: segments.length / period };
    return product([repeats, concatenation(segments.slice(0, period))]);
  }
  const joined: AxisSpec[] = [];
  for (let i = 0, end = 0; i < segments.length; i = end) {
    while (end < segments.length && keys[end] === keys[i]) end++;
    const repeats: AxisSpec = { kind: 'fixed', size: end - i };
    joined.push(end - i > 1 ? product([repeats, segments[i]]) : segments[i]);
  }
  return joined.length === 1 ? joined[0] : { kind: 'concat', segments: joined };
}

/** A product with nested products flattened and factors of one position left out. */
function product(factors: readonly AxisSpec[]): AxisSpec {
  const flat = factors
    .flatMap((factor) => (factor.kind === 'product' ? factor.factors : [factor]))
    .filter((factor) => factor.kind !== 'fixed' || factor.size !== 1);
  return flat.length === 1 ? flat[0] : { kind: 'product', factors: flat };
}

/** The factors of a pattern, distributed over axes of these sizes; null if they do not fit. */
function distribute(
  pattern: AxisSpec,
  sizes: readonly number[],
  names: GroupNames,
): AxisSpec[] | null {
  if (sizes.length === 1) return [pattern];
  const factors = pattern.kind === 'product' ? [...pattern.factors] : [pattern];
  const parts: AxisSpec[] = [];
  for (const size of sizes) {
    const own: AxisSpec[] = [];
    for (let left = size; left > 1; ) {
      const factor = factors.shift();
      if (!factor) return null;
      const count = sizeOfItem(factor, names);
      if (left % count === 0) {
        own.push(factor);
        left /= count;
      } else if (factor.kind === 'fixed' && count % left === 0) {
        own.push({ kind: 'fixed', size: left });
        factors.unshift({ kind: 'fixed', size: count / left });
        left = 1;
      } else return null;
    }
    parts.push(own.length === 0 ? { kind: 'fixed', size } : product(own));
  }
  return factors.length === 0 ? parts : null;
}

function sizeOfItem(item: AxisSpec, names: GroupNames): number {
  switch (item.kind) {
    case 'group':
      return names.groups.flatMap(({ slots }, group) =>
        names.name(group) === item.group ? [slots.at(-1)!.count] : [],
      )[0];
    case 'product':
      return sizeOf(item.factors.map((factor) => sizeOfItem(factor, names)));
    case 'concat':
      return item.segments.reduce((sum, segment) => sum + sizeOfItem(segment, names), 0);
    default:
      return (item as { size: number }).size;
  }
}

function isSameDigit(a: BoxDigit, b: BoxDigit): boolean {
  return (
    a.stride === b.stride &&
    a.count === b.count &&
    JSON.stringify(a.item) === JSON.stringify(b.item)
  );
}
