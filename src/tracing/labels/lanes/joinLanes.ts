import { mapParams } from '../../../params/internal';
import type { TensorSource, TracedCall } from '../../capture/tracedCall';
import type { Constraints, Space } from '../constraints';
import { type Label, pickAxes } from '../label';
import type { InputLabel } from '../recording';
import { onAxis, picked } from '../rules/picks';
import { reshape } from '../rules/reshape';
import { type LaneInput, laneLabels } from './laneLabels';
import type { Computed, Join, LaneTensor, Parts } from './laneTensor';

/** The labels of a recording that lanes are made of. */
export interface KnownLabels {
  readonly constraints: Constraints;
  readonly calls: readonly TracedCall[];
  labelOf(source: TensorSource): Label | null;
  /** The label of a constant among the inputs of a call. */
  constantOf(call: number, name: string): Label;
  /** The parameter that a tensor is computed from; null unless it is computed from parameters alone. */
  paramOf(source: TensorSource): string | null;
  /** Records that a parameter produces a space. */
  produced(param: string, space: Space): void;
  /** Records the labels of the inputs of a call, the first of several in lanes. */
  noteInputs(call: number, inputs: Readonly<Record<string, InputLabel>>): void;
}

/** The label of joined lanes: that of their one tensor, whose axis of lanes is moved to where they are joined. */
export function joinLanes(known: KnownLabels, { lanes, count, axis, isStack, order }: Join): Label {
  const { constraints } = known;
  const label = labelsOfLanes(known)(lanes).label;
  const isPlain = order.every((lane, i) => lane === i);
  const front = isPlain && order.length === count;
  const taken = front
    ? label
    : picked(constraints, label, onAxis(label, 0, Int32Array.from(order)));
  const moved = pickAxes(
    taken,
    taken.shape
      .slice(1)
      .map((_, k) => k + 1)
      .toSpliced(axis, 0, 0),
  );
  if (isStack) return moved;
  const { shape } = moved;
  return reshape(constraints, moved, shape.toSpliced(axis, 2, shape[axis] * shape[axis + 1]));
}

/** A function that gives the labels of lanes. Those of each call are made once. */
function labelsOfLanes(known: KnownLabels): (lanes: LaneTensor) => LaneInput {
  const made = new Map<number, readonly Label[]>();

  function labelOf(lanes: LaneTensor): LaneInput {
    switch (lanes.kind) {
      case 'common':
        return { label: known.labelOf(lanes.source)!, lanes: null };
      case 'constant':
        return { label: known.constantOf(lanes.call, lanes.name), lanes: null };
      case 'parts':
        return { label: labelOfParts(known, lanes), lanes: lanes.count };
      case 'computed': {
        const [first] = lanes.calls;
        const labels = made.get(first) ?? labelsOfCalls(lanes);
        made.set(first, labels);
        return { label: labels[lanes.output], lanes: lanes.calls.length };
      }
    }
  }

  function labelsOfCalls(lanes: Computed): readonly Label[] {
    const inputs = Object.entries(lanes.inputs).map(
      ([name, each]) => [name, labelOf(each), paramOf(known, each)] as const,
    );
    const call = {
      constraints: known.constraints,
      produced(label: Label, space: Space) {
        const param = inputs.find(([, own]) => own.label === label)?.[2];
        if (param) known.produced(param, space);
      },
    };
    const byName = Object.fromEntries(inputs.map(([name, own]) => [name, own]));
    const labels = mapParams(byName, ({ label, lanes: count }) => ({
      label,
      inLanes: count !== null,
    }));
    known.noteInputs(lanes.calls[0], labels);
    return laneLabels(call, known.calls[lanes.calls[0]], byName);
  }

  return labelOf;
}

/** The label of parts of a tensor: its own label with the axis divided into lanes and the positions of a part. */
function labelOfParts(known: KnownLabels, { source, axis, count, isDropped }: Parts): Label {
  const label = known.labelOf(source)!;
  label.fresh = false;
  const size = label.shape[axis] / count;
  const divided = isDropped
    ? label
    : reshape(known.constraints, label, label.shape.toSpliced(axis, 1, count, size));
  const others = divided.shape.map((_, each) => each).filter((each) => each !== axis);
  return pickAxes(divided, [axis, ...others]);
}

function paramOf(known: KnownLabels, lanes: LaneTensor): string | null {
  if (lanes.kind === 'constant') return null;
  if (lanes.kind !== 'computed') return known.paramOf(lanes.source);
  return known.paramOf({ kind: 'call', call: lanes.calls[0], output: lanes.output });
}
