import * as tf from '@tensorflow/tfjs-core';
import type { Params } from 'perm-lmc';
import { expect } from 'vitest';
import { expectNoLeak } from '../support/invariants';

/** The values of a record of tensors, which stays. */
export async function valuesOf(params: Params): Promise<Record<string, number[]>> {
  const values: Record<string, number[]> = {};
  for (const [name, tensor] of Object.entries(params))
    values[name] = Array.from(await tensor.data());
  return values;
}

/** The values of a record of tensors, which is disposed. */
export async function readAndDispose(
  params: Params | Promise<Params>,
): Promise<Record<string, number[]>> {
  const read = await params;
  const values = await valuesOf(read);
  tf.dispose(read);
  return values;
}

/** Kernels of one row each. */
export function rows(values: Record<string, number[]>): Params {
  return Object.fromEntries(
    Object.entries(values).map(([name, row]) => [name, tf.tensor2d([row], [1, row.length])]),
  );
}

/** Runs work twice over: on good input it keeps `kept` tensors, and none of the inputs is disposed. */
export async function expectOwned(
  work: () => Params | Promise<Params>,
  kept: number,
  inputs: Params[],
) {
  const made = await expectNoLeak(work, kept);
  if (made instanceof Error) throw made;
  tf.dispose(made);
  for (const tensor of inputs.flatMap(Object.values)) expect(tensor.isDisposed).toBe(false);
}
