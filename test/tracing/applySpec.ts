import * as tf from '@tensorflow/tfjs-core';
import type { Params, Permutations } from 'perm-lmc';
import type { AxisSpec, ParameterSpec } from '../../src/symmetry/axisSpec';
import type { PermutationSpec } from '../../src/symmetry/permutationSpec';

/**
 * Permutes a network element by element, straight from what a spec means: a second opinion on `permute`,
 * slow and simple. Each element has a digit for every group that its position names; the element that
 * takes its place has the digits that the permutations say.
 */
export function applySpec(
  spec: PermutationSpec,
  params: Params,
  permutations: Permutations,
): Params {
  return Object.fromEntries(
    Object.entries(params).map(([name, tensor]) => {
      const elements = elementsOf(spec, spec.params[name], tensor.shape);
      const numbers = new Map(elements.map((digits, i) => [keyOf(digits), i]));
      const values = tensor.dataSync();
      const moved = elements.map((digits) => {
        const target = digits.map((digit) => ({
          ...digit,
          unit: moveDigit(spec, digit, digits, permutations),
        }));
        return values[numbers.get(keyOf(target))!];
      });
      return [name, tf.tensor(Float32Array.from(moved), tensor.shape)];
    }),
  );
}

/** One group at one place of a position; without a group, what stays. */
interface Digit {
  readonly place: string;
  readonly group: string | null;
  readonly within?: string;
  readonly unit: number;
}

const keyOf = (digits: readonly Digit[]) =>
  digits.map(({ place, unit }) => `${place}=${unit}`).join(' ');

function moveDigit(
  spec: PermutationSpec,
  { group, within, unit, place }: Digit,
  digits: readonly Digit[],
  permutations: Permutations,
): number {
  if (group === null) return unit;
  const { parents = [] } = groupOf(spec, group);
  if (parents.length > 1) {
    const wanted = parents.map(({ group: parent, of }) => permutations[parent][of![unit]]);
    return parents[0].of!.findIndex((_, u) => parents.every(({ of }, k) => of![u] === wanted[k]));
  }
  if (within === undefined) return permutations[group][unit];
  const inner = groupOf(spec, group).size! / groupOf(spec, within).size!;
  const parent = parentOf({ group, within, unit, place }, digits);
  return permutations[group][wholeUnit(spec, parent, digits) * inner + unit] % inner;
}

/** The digit that another is inside of: that of the same segment, else the one on another axis. */
function parentOf({ place, within }: Digit, digits: readonly Digit[]): Digit {
  const above = digits.filter((digit) => digit.group === within);
  const segment = place.slice(0, place.lastIndexOf('.'));
  return above.find((digit) => digit.place.startsWith(segment)) ?? above[0];
}

/** The unit of a group that is inside another, counted over all of the other's. */
function wholeUnit(spec: PermutationSpec, digit: Digit, digits: readonly Digit[]): number {
  if (digit.within === undefined) return digit.unit;
  const inner = groupOf(spec, digit.group!).size! / groupOf(spec, digit.within).size!;
  return wholeUnit(spec, parentOf(digit, digits), digits) * inner + digit.unit;
}

function groupOf({ groups }: PermutationSpec, name: string) {
  return groups.find((group) => group.name === name)!;
}

/** The digits of every element of a tensor, in row-major order. */
function elementsOf(
  spec: PermutationSpec,
  { axes }: ParameterSpec,
  shape: readonly number[],
): Digit[][] {
  let elements: { digits: Digit[]; at: number[] }[] = [{ digits: [], at: [] }];
  axes.forEach((axis, k) => {
    const options =
      axis.kind === 'entries' || axis.kind === 'part'
        ? Array.from({ length: shape[k] }, () => [] as Digit[])
        : positionsOf(spec, axis, `${k}`);
    if (options.length !== shape[k])
      throw new Error(`${options.length} positions, not ${shape[k]}`);
    elements = elements.flatMap(({ digits, at }) =>
      options.map((own, i) => ({ digits: [...digits, ...own], at: [...at, i] })),
    );
  });
  return elements.map(({ digits, at }) => [...digits, ...listedDigits(axes, shape, at)]);
}

function listedDigits(
  axes: readonly AxisSpec[],
  shape: readonly number[],
  at: readonly number[],
): Digit[] {
  return axes.flatMap((axis, k): Digit[] => {
    if (axis.kind !== 'entries') return [];
    const position = (axis.axes ?? [k]).reduce((sum, each) => sum * shape[each] + at[each], 0);
    const entry = axis.entries.findIndex(({ index }) => index.includes(position));
    if (entry < 0) return [{ place: `${k} fixed`, group: null, unit: position }];
    const { group, index } = axis.entries[entry];
    return [{ place: `${k} entry ${entry}`, group, unit: index.indexOf(position) }];
  });
}

/** The digits of each position of a pattern. */
function positionsOf(spec: PermutationSpec, axis: AxisSpec, place: string): Digit[][] {
  switch (axis.kind) {
    case 'fixed':
      return Array.from({ length: axis.size! }, (_, unit) => [{ place, group: null, unit }]);
    case 'group': {
      const { group, within } = axis;
      const { size } = groupOf(spec, group);
      const count = within === undefined ? size! : size! / groupOf(spec, within).size!;
      return Array.from({ length: count }, (_, unit) => [{ place, group, within, unit }]);
    }
    case 'product':
      return axis.factors
        .map((factor, i) => positionsOf(spec, factor, `${place}.${i}`))
        .reduce<Digit[][]>((all, own) => all.flatMap((a) => own.map((b) => [...a, ...b])), [[]]);
    case 'concat':
      return axis.segments.flatMap((segment, i) => positionsOf(spec, segment, `${place}.s${i}`));
    default:
      throw new Error('entries are a whole axis');
  }
}
