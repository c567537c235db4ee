import { Tensor } from '@tensorflow/tfjs-core';

/** Input of a network: one tensor, a list of tensors, or a record of tensors by name. */
export type NetworkInput = Tensor | readonly Tensor[] | Readonly<Record<string, Tensor>>;

/** The tensors in nested arrays and records, in order. */
export function tensorsIn(value: unknown): Tensor[] {
  if (value instanceof Tensor) return [value];
  if (Array.isArray(value)) return value.flatMap(tensorsIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(tensorsIn);
}
