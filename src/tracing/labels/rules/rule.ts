import type { Tensor } from '@tensorflow/tfjs-core';
import type { Constraints, Space } from '../constraints';
import type { Label } from '../label';
import { type CombineOptions, combine, type Operand, type Result } from './combine';

/** The labels of a kernel's outputs; null if the rule does not cover the call. */
export type KernelRule = (call: LabelledCall) => readonly Label[] | null;

/** A kernel call to label. */
export interface LabelledCall {
  readonly constraints: Constraints;
  readonly kernel: string;
  readonly inputs: Readonly<Record<string, LabelledTensor>>;
  /** The inputs in order, without those that are left out. */
  readonly list: readonly LabelledTensor[];
  readonly attrs: Readonly<Record<string, unknown>>;
  readonly outputs: readonly { readonly shape: number[] }[];
  /** The values of a constant; null if they cannot be read. */
  values(tensor: Tensor): ArrayLike<number> | null;
  /** Records that this input, a parameter, produces a space. */
  produced(label: Label, space: Space): void;
}

/** An input of a kernel. */
export interface LabelledTensor {
  readonly label: Label;
  readonly tensor: Tensor;
  /** True if it depends neither on the parameters nor on the input. */
  readonly constant: boolean;
}

/**
 * The label of an expression over inputs of a call, by {@link combine}. If labels have one more axis than letters, in
 * front, this axis of lanes is in front of the result too.
 */
export function expression(
  call: LabelledCall,
  operands: readonly Operand[],
  result: Result,
  options: Omit<CombineOptions, 'onProduced'> = {},
): Label {
  const inLanes = ({ label, letters }: Operand) => label.shape.length > letters.length;
  const lanes = operands.find(inLanes)?.label.shape[0];
  return combine(
    call.constraints,
    operands.map((operand) =>
      inLanes(operand) ? { ...operand, letters: ['lane', ...operand.letters] } : operand,
    ),
    lanes === undefined
      ? result
      : { letters: ['lane', ...result.letters], shape: [lanes, ...result.shape] },
    { ...options, onProduced: ({ label }, space) => call.produced(label, space) },
  );
}

/** The letters of the axes of a tensor: 'a0', 'a1' …. */
export function axisLetters(rank: number): string[] {
  return Array.from({ length: rank }, (_, axis) => `a${axis}`);
}

/** The letters of an operand that is broadcast to a result, with axes aligned at the right. An axis of lanes has none. */
export function broadcastLetters(
  label: Label,
  result: { letters: readonly string[]; shape: readonly number[] },
): (string | null)[] {
  const shape = label.shape.slice(Math.max(0, label.shape.length - result.shape.length));
  return shape.map((size, axis) => {
    const at = axis + result.shape.length - shape.length;
    return at < 0 || (size === 1 && result.shape[at] !== 1) ? null : result.letters[at];
  });
}

/** The inputs with these names, without those that are left out. */
export function present(call: LabelledCall, names: readonly string[]): LabelledTensor[] {
  return names.flatMap((name) => call.inputs[name] ?? []);
}

/** An axis from 0. Negative values count from the end. */
export function axisOf(value: unknown, rank: number): number {
  const axis = Number(value ?? 0);
  return axis < 0 ? axis + rank : axis;
}

/** A list of axes from 0; all axes if it is left out. */
export function axesOf(value: unknown, rank: number): number[] {
  if (value === null || value === undefined) return Array.from({ length: rank }, (_, i) => i);
  return (Array.isArray(value) ? value : [value]).map((axis) => axisOf(axis, rank));
}
