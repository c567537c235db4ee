import type { TracedCall } from '../../capture/tracedCall';
import { type Label, makeLabel } from '../label';
import { kernelRule } from '../rules/kernelRules';
import { axesOf, type LabelledCall, type LabelledTensor } from '../rules/rule';

type Attrs = TracedCall['attrs'];

/** A kernel's attributes for tensors with an axis of lanes in front of axes of these sizes. */
type LaneAttrs = (attrs: Attrs, shape: readonly number[]) => Attrs;

const unchanged: LaneAttrs = (attrs) => attrs;

const shiftedAxes: LaneAttrs = (attrs, { length }) => {
  const axes = axesOf(attrs.reductionIndices ?? attrs.axis, length).map((axis) => axis + 1);
  return { ...attrs, reductionIndices: axes, axis: axes };
};

/** Kernels that take an axis of lanes as any other axis in front, with its own attributes. */
const inFront: Readonly<Record<string, LaneAttrs>> = {
  ...forEach(
    `Abs Add BatchMatMul Cast ClipByValue Elu Erf Exp ExpandDims FusedBatchNorm Identity LeakyRelu Log LogSoftmax
     Maximum Minimum Multiply Neg Prelu RealDiv Reciprocal Relu Relu6 Reshape Rsqrt Selu Sigmoid Softmax
     Softplus Sqrt Square SquaredDifference Sub Tanh _FusedMatMul`,
    unchanged,
  ),
  ...forEach('Max Mean Min Prod Sum', shiftedAxes),
  Transpose: (attrs) => ({
    ...attrs,
    perm: [0, ...(attrs.perm as number[]).map((axis) => axis + 1)],
  }),
  Tile: (attrs) => ({ ...attrs, reps: [1, ...(attrs.reps as number[])] }),
  Reverse: (attrs, { length }) => ({
    ...attrs,
    dims: axesOf(attrs.dims, length).map((axis) => axis + 1),
  }),
  Slice: (attrs) => ({
    ...attrs,
    begin: [0, attrs.begin as number[]].flat(),
    size: [-1, attrs.size as number[]].flat(),
  }),
  PadV2: (attrs) => ({ ...attrs, paddings: [[0, 0], ...(attrs.paddings as number[][])] }),
};

/** Kernels whose rule takes labels with one more axis than the tensors. */
const besides = ['Conv2D', 'Conv3D', 'FusedConv2D', 'Conv2DBackpropInput', 'Conv3DBackpropInputV2'];

function forEach(names: string, attrs: LaneAttrs): Record<string, LaneAttrs> {
  return Object.fromEntries(names.split(/\s+/).map((name) => [name, attrs]));
}

/** True if calls of this kind in lanes can be labelled as one. */
export function hasLaneRule({ kernel, attrs, inputs }: TracedCall): boolean {
  if (Object.hasOwn(inFront, kernel)) return true;
  const isChannelsFirst = String(attrs.dataFormat ?? '').startsWith('NC');
  return besides.includes(kernel) && !(isChannelsFirst && Object.keys(inputs).length > 2);
}

/** An input of a call in lanes. */
export interface LaneInput {
  readonly label: Label;
  /** The number of lanes, in front of the label's axes; null for a tensor that all lanes share. */
  readonly lanes: number | null;
}

/** The labels of the outputs of a call in lanes, each with the axis of lanes in front. */
export function laneLabels(
  call: Pick<LabelledCall, 'constraints' | 'produced'>,
  { kernel, attrs, shapes }: TracedCall,
  inputs: Readonly<Record<string, LaneInput>>,
): readonly Label[] {
  const isInFront = Object.hasOwn(inFront, kernel);
  const lanes = Object.values(inputs).find((each) => each.lanes !== null)!.lanes!;
  const rank = shapes[0].length;
  const own = Object.entries(inputs).map(([name, input]): [string, LabelledTensor] => {
    const label =
      isInFront || /^bias|prelu/.test(name) ? aligned(kernel, input, rank) : input.label;
    const shape = isInFront || input.lanes === null ? label.shape : label.shape.slice(1);
    return [name, { label, tensor: { shape } as LabelledTensor['tensor'], constant: false }];
  });
  const [[, first]] = own;
  const labels = kernelRule(kernel)!({
    ...call,
    kernel,
    inputs: Object.fromEntries(own),
    list: own.map(([, each]) => each),
    attrs: isInFront ? inFront[kernel](attrs, first.tensor.shape.slice(1)) : attrs,
    outputs: shapes.map((shape) => ({ shape: isInFront ? [lanes, ...shape] : [...shape] })),
    values: () => null,
  });
  return labels!;
}

/** The label with axes of one position after that of the lanes, so that it is broadcast to tensors of this rank. */
function aligned(kernel: string, { label, lanes }: LaneInput, rank: number): Label {
  const missing = rank + 1 - label.shape.length;
  if (lanes === null || missing <= 0 || /^(Reshape|ExpandDims)$/.test(kernel)) return label;
  const shift = (axis: number) => (axis === 0 ? 0 : axis + missing);
  return makeLabel(
    label.shape.toSpliced(1, 0, ...Array(missing).fill(1)),
    label.fixed.toSpliced(1, 0, ...Array(missing).fill(null)),
    label.bundles.map(({ space, axes }) => ({ space, axes: axes.map(shift) })),
  );
}
