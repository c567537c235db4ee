import { assertHostSize } from '../../values/assertHostSize';
import { hostPick } from '../../values/hostPick';
import { storedIn, tensorValue, type Value } from '../../values/value';
import { paddedTensor } from '../kernels/paddedTensor';
import {
  axisOf,
  type Call,
  inputAt,
  numbersAt,
  numbersOf,
  type Operators,
  unsupported,
} from '../operator';
import { joined } from '../shapes/joins';
import { pickAlong } from './pickAlong';

/** Pads and crops of values. The order of storage stays. */
export const pads: Operators = {
  Pad: { run: padOf, hostInputs: [1, 2, 3] },
  CenterCropPad: { run: centerCropPad, hostInputs: [1] },
};

/** The number of elements to add before and behind an axis; fewer than 0 are removed. */
type Amounts = readonly [before: number, behind: number];

const none: Amounts = [0, 0];

const modes = ['constant', 'reflect', 'edge', 'wrap'];

function padOf(call: Call): Value {
  const value = inputAt(call, 0);
  const rank = value.shape.length;
  const mode = call.attributes.text('mode', 'constant');
  if (!modes.includes(mode)) {
    throw unsupported(call, `the mode '${mode}'`, `Export the model with one of ${modes.join()}`);
  }
  const given = numbersOf(call, call.opset < 2 ? 'paddings' : 'pads', 1) ?? [];
  const axes = numbersAt(call, 3) ?? value.shape.map((_, axis) => axis);
  const amounts = new Array<Amounts>(rank).fill(none);
  for (const [i, axis] of axes.entries()) {
    amounts[axisOf(axis, rank)] = [given[i], given[i + axes.length]];
  }
  const fill = numbersAt(call, 2)?.[0] ?? call.attributes.number('value', 0);
  const cropped = amounts.reduce<Value>(
    (found, [before, behind], axis) =>
      crop(found, axis, Math.max(0, -before), Math.max(0, -behind)),
    value,
  );
  const grown = amounts.map(
    ([before, behind]): Amounts => [Math.max(0, before), Math.max(0, behind)],
  );
  if (mode === 'constant') return filled(cropped, grown, fill);
  return grown.reduce((found, each, axis) => continued(found, axis, each, mode), cropped);
}

/** A centred part of axes that are too long, and zeros around axes that are too short. */
function centerCropPad(call: Call): Value {
  const value = inputAt(call, 0);
  const rank = value.shape.length;
  const wanted = numbersAt(call, 1) ?? [];
  const axes = call.attributes.numbers(
    'axes',
    value.shape.map((_, axis) => axis),
  );
  let found = value;
  const amounts = new Array<Amounts>(rank).fill(none);
  for (const [i, given] of axes.entries()) {
    const axis = axisOf(given, rank);
    const more = wanted[i] - value.shape[axis];
    const half = Math.floor(Math.abs(more) / 2);
    if (more > 0) amounts[axis] = [half, more - half];
    else found = crop(found, axis, half, -more - half);
  }
  return filled(found, amounts, 0);
}

/** The value without elements at the ends of an axis. */
function crop(value: Value, axis: number, before: number, behind: number): Value {
  const count = Math.max(0, value.shape[axis] - before - behind);
  return pickAlong(
    value,
    axis,
    Array.from({ length: count }, (_, i) => before + i),
  );
}

/** The value with a number around it. */
function filled(value: Value, amounts: readonly Amounts[], fill: number): Value {
  if (amounts.every(([before, behind]) => before + behind === 0)) return value;
  if (value.kind === 'tensor') {
    const stored = value.order.map((axis) => amounts[axis]);
    return tensorValue(paddedTensor(storedIn(value, value.order), stored, fill), value.order);
  }
  assertHostSize(value.shape.map((size, axis) => amounts[axis][0] + size + amounts[axis][1]));
  const picks = value.shape.map((size, axis) => {
    const [before, behind] = amounts[axis];
    return Array.from({ length: before + size + behind }, (_, i) =>
      i < before || i >= before + size ? -1 : i - before,
    );
  });
  return hostPick(value, picks, fill);
}

/** The value continued along an axis by elements of its own. */
function continued(value: Value, axis: number, [before, behind]: Amounts, mode: string): Value {
  const size = value.shape[axis];
  const picked = (first: number, count: number) =>
    pickAlong(
      value,
      axis,
      Array.from({ length: count }, (_, i) => sourceOf(first + i, size, mode)),
    );
  if (before + behind === 0) return value;
  assertHostSize([before + size + behind]);
  const parts = [picked(-before, before), value, picked(size, behind)];
  return joined(
    parts.filter(({ shape }) => shape[axis] > 0),
    axis,
  );
}

/** The position within an axis that a position outside it continues. */
function sourceOf(position: number, size: number, mode: string): number {
  const modulo = (period: number) => ((position % period) + period) % period;
  if (mode === 'edge') return Math.min(size - 1, Math.max(0, position));
  if (mode === 'wrap') return modulo(size);
  const period = Math.max(1, 2 * (size - 1));
  return Math.min(modulo(period), period - modulo(period));
}
