import { slice_util, type Tensor } from '@tensorflow/tfjs-core';
import type { Label } from '../label';
import { axisLetters, axisOf, expression, type KernelRule, type LabelledCall } from './rule';

/**
 * Rules for tensors whose values are positions of an axis that may be permuted, as argmax and top-k
 * return them. What becomes of the values is told by the label of their one-hot code, which has that
 * axis at its end.
 */

type Attrs = LabelledCall['attrs'];

/** What a kernel's attributes are for the one-hot code: for one axis more at the end. */
export type CodeAttrs = (attrs: Attrs, shape: readonly number[]) => Attrs;

/** A rule that uses positions as numbers, and so fixes what they are positions of. */
export function countingPositions(rule: KernelRule): KernelRule {
  return (call) => {
    for (const { label } of call.list) {
      if (label.oneHot) pinPositions(call, label.oneHot, 'its positions are used as numbers');
    }
    return rule(withoutPositions(call));
  };
}

/** A rule of a kernel that moves values and leaves them as they are: positions stay positions. */
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

/** Pins what positions are of. */
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

export const alongAxis: CodeAttrs = (attrs, { length }) => ({
  ...attrs,
  axis: axisOf(attrs.axis, length),
});

export const transposedCode: CodeAttrs = (attrs, { length }) => ({
  ...attrs,
  perm: [...(attrs.perm as number[]), length],
});

export const slicedCode: CodeAttrs = (attrs, shape) => {
  const [begin, size] = slice_util.parseSliceParams(
    { shape: [...shape] } as Tensor,
    attrs.begin as number[],
    attrs.size as number[],
  );
  return { ...attrs, begin: [...begin, 0], size: [...size, -1] };
};

/** Axes that are not named are taken whole; after an ellipsis all are named. */
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
