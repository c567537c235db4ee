import { Tensor } from '@tensorflow/tfjs-core';
import { argumentIn, isRecord, kindOf } from '../checks';
import { invalid } from '../errors';
import { assertWithinReach } from '../runtime';
import type { Params } from './params';
import { assertSameNames, assertSameShape } from './shapes';

/**
 * Throws unless b has the same parameters as a, with the same shapes and dtypes, and no tensor is disposed.
 *
 * @param names - The subjects of the message for a and b.
 */
export function assertComparable(
  a: Params,
  b: Params,
  names: readonly [string, string] = ['a', 'b'],
): void {
  assertSameShapes(a, b, names, '; for other widths there are partialMatch, zip and widen');
  for (const [name, { dtype }] of Object.entries(a)) {
    assertSameDtype(name, dtype, b[name].dtype, names);
  }
}

/** Throws unless a parameter has the same dtype in two networks. */
export function assertSameDtype(
  name: string,
  a: string,
  b: string,
  [nameA, nameB]: readonly [string, string],
): void {
  if (a === b) return;
  throw invalid(
    `parameter '${name}' is ${a} in ${nameA} and ${b} in ${nameB}`,
    'Cast them to the same dtype',
    { param: name, received: b },
  );
}

/**
 * Throws unless b has the same parameters as a, with the same shapes, and no tensor is disposed.
 *
 * @param names - The subjects of the message for a and b.
 * @param forWidths - See {@link assertSameShape}.
 */
export function assertSameShapes(
  a: Params,
  b: Params,
  names: readonly [string, string],
  forWidths = '',
): void {
  const [nameA, nameB] = names;
  assertRecord(nameA, a);
  assertRecord(nameB, b);
  assertSameNames(
    a,
    b,
    names,
    ({ from, to }) => `pass renamePrefix(${nameB}, { from: '${from}', to: '${to}' })`,
  );
  for (const [name, tensor] of Object.entries(a)) {
    assertTensor(name, tensor, nameA);
    assertTensor(name, b[name], nameB);
    assertSameShape(name, tensor.shape, b[name].shape, names, forWidths);
  }
}

/**
 * Throws unless params are a record: not a tensor, an array, a Map or a promise of one.
 *
 * @param what - The subject of the message; also the error's `param` if it is an argument's name.
 */
export function assertRecord(what: string, params: unknown): void {
  if (!isRecord(params)) {
    throw invalid(
      `${what} must be params, received ${kindOf(params)}`,
      'Pass a flat record from names to tensors',
      { param: argumentIn(what), received: kindOf(params) },
    );
  }
}

/**
 * Throws unless the parameter is a numeric tensor that is not disposed and within reach.
 *
 * @param network - The network's name for the message; empty if there is only one.
 */
export function assertTensor(name: string, value: unknown, network = ''): void {
  const what = `parameter '${name}'${network === '' ? '' : ` of ${network}`}`;
  if (!(value instanceof Tensor)) {
    throw invalid(
      `${what} must be a tensor, received ${kindOf(value)}`,
      'Params are a flat record from names to tf.Tensor, of the same tfjs-core as this library',
      { param: name, received: kindOf(value) },
    );
  }
  if (value.isDisposed) {
    throw invalid(`${what} is disposed`, 'Pass params that are still alive', { param: name });
  }
  if (value.dtype === 'string') {
    throw invalid(`${what} is a tensor of strings`, 'Leave it out', {
      param: name,
      received: value.dtype,
    });
  }
  assertWithinReach(what, value);
}
