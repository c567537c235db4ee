import type { TensorSource, TracedCall } from '../capture/tracedCall';
import type { Produced } from '../groups/nameGroups';
import type { Constraints } from './constraints';
import type { Label } from './label';
import type { LanePlan } from './lanes/laneTensor';
import type { TracedParam } from './tracedParam';

/** The kernel calls of one forward pass, with the constraints on permutations of the parameters' axes. */
export interface Recording {
  readonly constraints: Constraints;
  readonly calls: readonly TracedCall[];
  /** The labels of each call's outputs. */
  readonly labels: readonly (readonly Label[])[];
  readonly params: readonly TracedParam[];
  readonly produced: readonly Produced[];
  readonly warnings: readonly string[];
  /** The calls in lanes, by the call that joins them. */
  readonly joins: ReadonlyMap<number, readonly number[]>;
  /** The label of a tensor; null for a constant. */
  labelOf(source: TensorSource): Label | null;
  /** The label of an input of a call; null for a constant. Those of calls in lanes are known for the first lane. */
  inputLabel(call: TracedCall, name: string): InputLabel | null;
  /** A key of each constant among the inputs of a call, by the call's index and the input's name. Equal keys mean equal values. */
  readonly constantKeys: ReadonlyMap<string, string>;
  /** The tensors that are returned or whose values are read by code. */
  readonly exposed: readonly TensorSource[];
  /** The return value of the forward pass. */
  readonly returned: unknown;
  /** True if the operations of the run may depend on values of the parameters or the input. */
  readonly readsValues: boolean;
}

/** The label of an input of a call. */
export interface InputLabel {
  readonly label: Label;
  /** True if the label has an axis of lanes in front. */
  readonly inLanes: boolean;
}

/** Findings about a forward pass from earlier recordings of it. */
export interface RecordingPlan {
  readonly lanes: LanePlan;
  /** The axes of parameters to join to one space, by the parameter's name. */
  readonly joint: ReadonlyMap<string, readonly number[]>;
}
