import { slice_util, type Tensor } from '@tensorflow/tfjs-core';
import type { Label } from '../label';
import { axisLetters, axisOf, expression, type KernelRule, type LabelledCall } from './rule';

/**
 * Rules for tensors whose values are positions of an axis that may be permuted, such as results of argmax and top-k.
 * Such a tensor has the label of its one-hot code, whose last axis is that axis.
 */

type Attrs = LabelledCall['attrs'];

/** A kernel's attributes for the one-hot code, which has one more axis at the end. */
export type CodeAttrs = (attrs: Attrs, shape: readonly number[]) => Attrs;

/** A rule of a kernel that uses positions as numbers. Their axis is fixed. */
export function countingPositions(rule: KernelRule): KernelRule {
  return (call) => {
    for (const { label } of call.list) {
      if (label.oneHot) pinPositions(call, label.oneHot, 'its positions are used as numbers');
    }
    return rule(withoutPositions(call));
  };
}

/** A rule of a kernel that rearranges values without changing them. Positions stay positions. */
export function movingPositions(
  rule: KernelRule,
  codeAttrs: CodeAttrs = (attrs) => attrs,
): KernelRule {
  return (call) => {
    const labels = rule(call);
    const [{ label, tensor }] = call.list;
    const code = label.oneHot;
    if (!code || !labels) return labels;
    const size = code.shape.at(-1)!;
    const operand = { label: code, tensor: { shape: code.shape } as Tensor, constant: false };
    const codes = rule({
      ...call,
      list: [operand],
      attrs: codeAttrs(call.attrs, tensor.shape),
      outputs: call.outputs.map(({ shape }) => ({ shape: [...shape, size] })),
    });
    return labels.map((each, i) => ({ ...each, oneHot: codes?.[i] }));
  };
}

/** Pins the axis that positions belong to. */
export function pinPositions(call: LabelledCall, oneHot: Label, why: string): void {
  const letters = axisLetters(oneHot.shape.length);
  const last = letters.length - 1;
  const result = { letters: letters.slice(0, last), shape: oneHot.shape.slice(0, last) };
  expression(call, [{ label: oneHot, letters }], result, { fixed: { [letters[last]]: why } });
}

function withoutPositions(call: LabelledCall): LabelledCall {
  const plain = new Map(
    call.list.map((each) => [
      each,
      each.label.oneHot ? { ...each, label: { ...each.label, oneHot: undefined } } : each,
    ]),
  );
  return {
    ...call,
    list: call.list.map((each) => plain.get(each)!),
    inputs: Object.fromEntries(
      Object.entries(call.inputs).map(([name, each]) => [name, plain.get(each) ?? each]),
    ),
  };
}

/** The attributes of a kernel along one axis, with that axis counted from 0. */
export const alongAxis: CodeAttrs = (attrs, { length }) => ({
  ...attrs,
  axis: axisOf(attrs.axis, length),
});

/** The attributes of a transpose that keeps the last axis in place. */
export const transposedCode: CodeAttrs = (attrs, { length }) => ({
  ...attrs,
  perm: [...(attrs.perm as number[]), length],
});

/** The attributes of a slice with all positions of the last axis. */
export const slicedCode: CodeAttrs = (attrs, shape) => {
  const [begin, size] = slice_util.parseSliceParams(
    { shape: [...shape] } as Tensor,
    attrs.begin as number[],
    attrs.size as number[],
  );
  return { ...attrs, begin: [...begin, 0], size: [...size, -1] };
};

/** The attributes with all positions of the last axis. They must be given if there is an ellipsis. */
export const stridedCode: CodeAttrs = (attrs) => {
  if (!attrs.ellipsisMask) return attrs;
  const [begin, end, strides] = ['begin', 'end', 'strides'].map((name) => attrs[name] as number[]);
  const last = 1 << begin.length;
  return {
    ...attrs,
    begin: [...begin, 0],
    end: [...end, 0],
    strides: [...strides, 1],
    beginMask: (attrs.beginMask as number) | last,
    endMask: (attrs.endMask as number) | last,
  };
};
