import { slice_util } from '@tensorflow/tfjs-core';
import { makeLabel, pickAxes } from '../label';
import { onAxis, picked, range } from './picks';
import { pinPositions } from './positions';
import { reshape } from './reshape';
import { axesOf, axisLetters, axisOf, expression, type KernelRule } from './rule';
import { stridedRanges } from './stridedRanges';

/** A box of a tensor: a range of positions on each axis. */
export const slice: KernelRule = ({ constraints, list: [x], attrs }) => {
  const [begin, size] = slice_util.parseSliceParams(
    x.tensor,
    attrs.begin as number[],
    attrs.size as number[],
  );
  return [
    picked(
      constraints,
      x.label,
      begin.map((first, axis) => range(first, size[axis])),
    ),
  ];
};

/** Every n-th position of ranges of axes, with new and dropped axes. */
export const stridedSlice: KernelRule = ({ constraints, list: [{ label }], attrs, outputs }) => {
  const ranges = stridedRanges(label.shape, attrs);
  const picks = ranges.map(({ begin, count, step }) => range(begin, count, step));
  return [reshape(constraints, picked(constraints, label, picks), outputs[0].shape)];
};

/** Consecutive parts of an axis. */
export const split: KernelRule = ({ constraints, list: [{ label }], attrs, outputs }) => {
  const axis = axisOf(attrs.axis, label.shape.length);
  let first = 0;
  return outputs.map(({ shape }) => {
    const pick = range(first, shape[axis]);
    first += shape[axis];
    return picked(constraints, label, onAxis(label, axis, pick));
  });
};

/** The slices along an axis, which is dropped. */
export const unstack: KernelRule = ({ constraints, list: [{ label }], attrs, outputs }) => {
  const axis = axisOf(attrs.axis, label.shape.length);
  const kept = label.shape.map((_, each) => each).filter((each) => each !== axis);
  return outputs.map((_, i) =>
    pickAxes(picked(constraints, label, onAxis(label, axis, range(i, 1))), kept),
  );
};

/** A tensor with some axes reversed. */
export const reverse: KernelRule = ({ constraints, list: [{ label }], attrs }) => {
  const axes = axesOf(attrs.dims, label.shape.length);
  const picks = label.shape.map((size, axis) =>
    axes.includes(axis) ? range(size - 1, size, -1) : null,
  );
  return [picked(constraints, label, picks)];
};

/** A tensor with constant values before and after each axis. */
export const pad: KernelRule = ({ constraints, list: [{ label }], attrs }) => {
  const paddings = attrs.paddings as [number, number][];
  const picks = label.shape.map((size, axis) => {
    const [before, after] = paddings[axis];
    if (before === 0 && after === 0) return null;
    return Int32Array.from({ length: before + size + after }, (_, i) =>
      i < before || i >= before + size ? -1 : i - before,
    );
  });
  return [picked(constraints, label, picks)];
};

/** A tensor with its own values mirrored before and after each axis. */
export const mirrorPad: KernelRule = ({ constraints, list: [{ label }], attrs }) => {
  const paddings = attrs.paddings as [number, number][];
  const edge = attrs.mode === 'reflect' ? 0 : 1;
  const picks = label.shape.map((size, axis) => {
    const [before, after] = paddings[axis];
    return Int32Array.from({ length: before + size + after }, (_, i) => {
      const from = i - before < 0 ? before - i - edge : i - before;
      return from >= size ? 2 * (size - 1) - from + edge : from;
    });
  });
  return [picked(constraints, label, picks)];
};

/** A tensor repeated along its axes. */
export const tile: KernelRule = ({ constraints, list: [{ label }], attrs, outputs }) => {
  const { shape } = outputs[0];
  const repeats = attrs.reps as number[];
  const picks = label.shape.map((size, axis) =>
    repeats[axis] > 1 && size > 1
      ? Int32Array.from({ length: size * repeats[axis] }, (_, i) => i % size)
      : null,
  );
  const { fixed, bundles } = picked(constraints, label, picks);
  return [makeLabel(shape, fixed, bundles)];
};

/**
 * Slices picked along an axis. If they are picked by data, the axis is fixed, unless the data are positions of an
 * axis that moves. Then both axes move together and the result does not change.
 */
export const gather: KernelRule = (call) => {
  const { x, indices } = call.inputs;
  const { shape } = call.outputs[0];
  const axis = axisOf(call.attrs.axis, x.label.shape.length);
  const batch = axisOf(call.attrs.batchDims, indices.label.shape.length);
  const values = indices.constant && batch === 0 ? call.values(indices.tensor) : null;
  if (values && indices.label.shape.length <= 1) {
    const size = x.label.shape[axis];
    const pick = Int32Array.from(values, (index) => (index < 0 ? index + size : index));
    const label = picked(call.constraints, x.label, onAxis(x.label, axis, pick));
    return [reshape(call.constraints, label, shape)];
  }
  const own = axisLetters(x.label.shape.length);
  const others = indices.label.shape.map((_, each) => (each < batch ? own[each] : `i${each}`));
  const letters = [...own.slice(0, axis), ...others.slice(batch), ...own.slice(axis + 1)];
  const operands = [
    { label: x.label, letters: own },
    { label: indices.label, letters: others },
  ];
  const code = indices.label.oneHot;
  const isWhole = code?.shape.at(-1) === x.label.shape[axis];
  if (code && isWhole) operands.push({ label: code, letters: [...others, own[axis]] });
  else if (code) pinPositions(call, code, pickedByIndex);
  const fixed: Record<string, string> = isWhole ? {} : { [own[axis]]: pickedByIndex };
  const label = expression(call, operands, { letters, shape }, { fixed });
  const bundle = x.label.bundles.find(({ axes }) => axes.includes(axis));
  // The axis moves with the positions, so it is not suspect.
  if (isWhole && bundle) call.produced(x.label, bundle.space);
  return [label];
};

/** Values or slices picked by rows of indices [..., depth]. */
export const gatherNd: KernelRule = (call) => {
  const { params, indices } = call.inputs;
  const depth = indices.label.shape.at(-1)!;
  const own = axisLetters(params.label.shape.length);
  const others = indices.label.shape.map((_, each) => `i${each}`);
  const counted = [...own.slice(0, depth), others.at(-1)!];
  const operands = [
    { label: params.label, letters: own },
    { label: indices.label, letters: others },
  ];
  const letters = [...others.slice(0, -1), ...own.slice(depth)];
  const fixed = Object.fromEntries(counted.map((letter) => [letter, pickedByIndex]));
  return [expression(call, operands, { letters, shape: call.outputs[0].shape }, { fixed })];
};

/** A one-hot code. Its new last axis is fixed, or moves with the axis whose positions are coded. */
export const oneHot: KernelRule = (call) => {
  const [{ label }] = call.list;
  const { shape } = call.outputs[0];
  if (label.oneHot?.shape.join() === shape.join()) return [label.oneHot];
  if (label.oneHot) pinPositions(call, label.oneHot, counted);
  return [makeLabel(shape, [...label.fixed, counted], label.bundles)];
};

const counted = 'OneHot counts its positions';
const pickedByIndex = 'its entries are picked by index';
