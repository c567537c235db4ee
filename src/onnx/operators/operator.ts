import { invalid } from '../../errors';
import type { Attributes } from '../graph/attributes';
import { type HostArray, hostArray } from '../values/hostArray';
import type { Value } from '../values/value';

/** A call of an operator. */
export interface Call {
  readonly op: string;
  /** The version of the operators of its domain. */
  readonly opset: number;
  readonly attributes: Attributes;
  /** The inputs in order; null where one is left out. */
  readonly inputs: readonly (Value | null)[];
  /** The number of outputs that are named. */
  readonly outputCount: number;
}

/** An operator of a domain. */
export interface Operator {
  /**
   * Computes the outputs, in order. Called inside a tidy: tensors that are not in an output or in what an input
   * stores are disposed. If all inputs are on the host and the operator can, so are its outputs.
   */
  run(call: Call): Value | readonly (Value | null)[];
  /** The inputs whose values are needed on the host: shapes, axes, indices. Constants among them are no weights. */
  readonly hostInputs?: readonly number[];
}

/** Operators by name. */
export type Operators = Readonly<Record<string, Operator>>;

/** The input at an index. Throws if it is left out. */
export function inputAt({ inputs }: Call, index: number): Value {
  const value = inputs[index];
  if (value) return value;
  throw invalid(`input ${index} is missing`, 'Export the model again', { param: 'bytes' });
}

/** The input at an index; null if it is left out. */
export function optionalAt({ inputs }: Call, index: number): Value | null {
  return inputs[index] ?? null;
}

/** The input at an index, whose values are needed on the host; null if it is left out. */
export function hostAt(call: Call, index: number): HostArray | null {
  const value = optionalAt(call, index);
  if (value === null || value.kind === 'host') return value;
  throw invalid(
    `input ${index} of ${call.op} must not depend on weights or on values of the input, only on shapes`,
    'Export the model with fixed shapes, or pass outputs, the names of values before it',
    { param: 'bytes' },
  );
}

/** The numbers of an input on the host; null if it is left out. */
export function numbersAt(call: Call, index: number): number[] | null {
  const value = hostAt(call, index);
  return value && Array.from(value.data);
}

/** The numbers of the attribute in older versions, and of the input in newer ones. */
export function numbersOf(call: Call, attribute: string, index: number): readonly number[] | null {
  return numbersAt(call, index) ?? call.attributes.numbers(attribute, undefined) ?? null;
}

/** An axis counted from 0. Throws unless the rank has it. */
export function axisOf(axis: number, rank: number): number {
  const from = axis < 0 ? axis + rank : axis;
  if (Number.isInteger(from) && from >= 0 && from < rank) return from;
  throw invalid(`axis ${axis} is not an axis of ${rank}`, 'Export the model again', {
    param: 'axis',
    received: axis,
  });
}

/** The values of all inputs if they are on the host; null otherwise. */
export function allOnHost(values: readonly (Value | null)[]): readonly (HostArray | null)[] | null {
  const isHost = (value: Value | null): value is HostArray | null =>
    value === null || value.kind === 'host';
  return values.every(isHost) ? values : null;
}

/** A number on the host. */
export function hostScalar(dtype: HostArray['dtype'], value: number): HostArray {
  return hostArray(dtype, [], [value]);
}

/** The error for a feature of an operator that is not computed. */
export function unsupported(call: Call, feature: string, remedy: string) {
  return invalid(`${call.op} (opset ${call.opset}) with ${feature} is not supported`, remedy, {
    param: 'bytes',
  });
}
