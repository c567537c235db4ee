import type { Tensor } from '@tensorflow/tfjs-core';
import { assertFunction, assertSynchronous } from '../checks';
import { invalid } from '../errors';
import type { Params } from '../params';
import { assertRecord, assertSameShapes, assertTensor } from '../params/internal';
import { read } from '../runtime';
import type { PrunableFilter } from './isPrunable';

/** The values of masks or weights by parameter, as read. They must not be changed. */
export type Values = Record<string, Float32Array>;

/** Throws unless the mask has a float32 tensor of the same shape for every parameter; reads no value. */
export function assertMaskOf(params: Params, mask: Params, what = 'mask'): void {
  assertSameShapes(params, mask, ['params', what]);
  assertMask(mask, what);
}

/** Throws unless two masks have the same names and shapes and are float32; reads no value. */
export function assertSameMasks(a: Params, b: Params): void {
  assertSameShapes(a, b, ['a', 'b']);
  assertMask(a, 'a');
  assertMask(b, 'b');
}

/** Throws unless all tensors of the mask are alive and float32; reads no value. */
export function assertMask(mask: Params, what = 'mask'): void {
  assertRecord(what, mask);
  for (const [name, tensor] of Object.entries(mask)) {
    assertTensor(name, tensor, what);
    if (tensor.dtype !== 'float32') {
      throw invalid(
        `parameter '${name}' of ${what} is ${tensor.dtype}, but masks are float32`,
        "Cast it with tf.cast(…, 'float32')",
        { param: name, received: tensor.dtype },
      );
    }
  }
}

/** The values of a mask. Throws if one is neither 0 nor 1. */
export async function readMask(mask: Params, what = 'mask'): Promise<Values> {
  const values: Values = {};
  for (const [name, tensor] of Object.entries(mask)) {
    const found = await read(tensor);
    const at = found.findIndex((value) => value !== 0 && value !== 1);
    if (at >= 0) {
      throw invalid(
        `parameter '${name}' of ${what} holds ${found[at]} ${place(tensor, at)}`,
        'A mask holds 1 for every weight that is kept and 0 for every weight that is pruned',
        { param: name, received: found[at] },
      );
    }
    values[name] = found;
  }
  return values;
}

/** Throws if the mask prunes a parameter with another name than these. */
export function assertPrunesOnly(names: readonly string[], mask: Values): void {
  const prunable = new Set(names);
  for (const [name, values] of Object.entries(mask)) {
    if (prunable.has(name)) continue;
    const zeros = countZeros(values);
    if (zeros > 0) {
      throw invalid(
        `the mask prunes ${zeros} weight(s) of '${name}', which is not prunable`,
        'Pass as prunable the function that the mask was made with',
        { param: name, received: zeros },
      );
    }
  }
}

/** The names of the prunable parameters, in the order of the record. Throws if there are none. */
export function prunableNames(params: Params, prunable: PrunableFilter): string[] {
  assertFunction('prunable', prunable, 'Leave it out for isPrunable');
  const names = Object.keys(params).filter((name) => {
    const isChosen = prunable(name, params[name]);
    assertSynchronous('prunable', isChosen);
    return isChosen;
  });
  if (names.length === 0) {
    throw invalid(
      `none of the parameters [${Object.keys(params)}] is prunable`,
      'Choose some with prunable; by default those of rank ≥ 2 are, but for biases, normalisation and embeddings',
      { param: 'prunable', received: Object.keys(params) },
    );
  }
  const integer = names.find((name) => params[name].dtype !== 'float32');
  if (integer !== undefined) {
    throw invalid(
      `parameter '${integer}' is ${params[integer].dtype}, and only float32 is pruned`,
      'Leave it out with prunable',
      { param: integer, received: params[integer].dtype },
    );
  }
  return names;
}

/** The number of values that are 0. */
export function countZeros(values: Float32Array): number {
  let zeros = 0;
  for (let i = 0; i < values.length; i++) if (values[i] === 0) zeros++;
  return zeros;
}

/** The place of a value in a tensor, in words for a message. */
export function place({ shape }: Tensor, at: number): string {
  return `at flat index ${at} of shape [${shape}]`;
}
