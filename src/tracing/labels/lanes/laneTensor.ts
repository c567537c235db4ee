import type { TensorSource } from '../../capture/tracedCall';

/**
 * Tensors of one shape, one in each of several lanes: calls that do the same to equal parts of a tensor, such as the
 * convolutions of a grouped convolution. They are labelled as one tensor with an axis of lanes in front.
 */
export type LaneTensor = Parts | Computed | Common | CommonConstant;

/** Equal parts of an axis of a tensor, in order, or its slices along the axis, which is then dropped. */
export interface Parts {
  readonly kind: 'parts';
  readonly source: TensorSource;
  readonly axis: number;
  readonly count: number;
  readonly isDropped: boolean;
  /** The calls that take the parts. */
  readonly calls: readonly number[];
}

/** The same output of the same kernel in each lane. */
export interface Computed {
  readonly kind: 'computed';
  /** The call of each lane. */
  readonly calls: readonly number[];
  readonly output: number;
  /** The inputs by name. At least one differs between lanes. */
  readonly inputs: Readonly<Record<string, LaneTensor>>;
}

/** One tensor in all lanes. */
interface Common {
  readonly kind: 'common';
  readonly source: TensorSource;
}

/** A constant of the same values in all lanes. */
interface CommonConstant {
  readonly kind: 'constant';
  /** The call of the first lane, and the constant's name among its inputs. */
  readonly call: number;
  readonly name: string;
}

/** A concatenation or stack of the lanes. */
export interface Join {
  /** The lanes in order. */
  readonly lanes: Parts | Computed;
  readonly count: number;
  /** The axis of the result. */
  readonly axis: number;
  /** True for a stack, which makes a new axis of lanes. */
  readonly isStack: boolean;
  /** The lane of each input. */
  readonly order: readonly number[];
}

/** The joins of a forward pass, and the calls that are labelled with them. */
export interface LanePlan {
  /** By the index of the concatenation or stack. */
  readonly joins: ReadonlyMap<number, Join>;
  /** The calls inside of lanes whose outputs nothing else needs. */
  readonly inside: ReadonlySet<number>;
}

/** All calls of lanes, and all tensors from outside of them. */
export function contentsOf(lanes: LaneTensor): { calls: number[]; sources: TensorSource[] } {
  if (lanes.kind === 'constant') return { calls: [], sources: [] };
  if (lanes.kind === 'common') return { calls: [], sources: [lanes.source] };
  if (lanes.kind === 'parts') return { calls: [...lanes.calls], sources: [lanes.source] };
  const inputs = Object.values(lanes.inputs).map(contentsOf);
  return {
    calls: [...lanes.calls, ...inputs.flatMap(({ calls }) => calls)],
    sources: inputs.flatMap(({ sources }) => sources),
  };
}
