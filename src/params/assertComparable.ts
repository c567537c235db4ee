import { Tensor } from '@tensorflow/tfjs-core';
import { kindOf } from '../checks';
import { invalid } from '../errors';
import { assertWithinReach } from '../runtime';
import type { Params } from './params';
import { assertSameNames, assertSameShape } from './shapes';

/** Throws unless b has the same parameters as a, with the same shapes and dtypes, all alive. */
export function assertComparable(
  a: Params,
  b: Params,
  [nameA, nameB]: readonly [string, string] = ['a', 'b'],
): void {
  assertSameShapes(a, b, [nameA, nameB]);
  for (const [name, { dtype }] of Object.entries(a)) {
    if (dtype !== b[name].dtype) {
      throw invalid(
        `parameter '${name}' is ${dtype} in ${nameA} and ${b[name].dtype} in ${nameB}`,
        'Cast them to the same dtype',
      );
    }
  }
}

/** Throws unless b has the same parameters as a, with the same shapes, all alive. */
export function assertSameShapes(
  a: Params,
  b: Params,
  [nameA, nameB]: readonly [string, string],
): void {
  assertRecord(nameA, a);
  assertRecord(nameB, b);
  assertSameNames(
    a,
    b,
    [nameA, nameB],
    ({ from, to }) => `pass renamePrefix(${nameB}, { from: '${from}', to: '${to}' })`,
  );
  for (const [name, tensor] of Object.entries(a)) {
    assertTensor(name, tensor, nameA);
    assertTensor(name, b[name], nameB);
    assertSameShape(name, tensor.shape, b[name].shape, [nameA, nameB]);
  }
}

/** Throws unless params are a record, rather than a tensor, a list or nothing at all. */
export function assertRecord(what: string, params: unknown): void {
  const isRecord =
    typeof params === 'object' &&
    params !== null &&
    !Array.isArray(params) &&
    !(params instanceof Tensor);
  if (!isRecord) {
    throw invalid(
      `${what} must be params, received ${kindOf(params)}`,
      'Pass a flat record from names to tensors',
    );
  }
}

/** Throws unless the parameter is a tensor that is alive and within reach; `network` says whose, where that matters. */
export function assertTensor(name: string, value: unknown, network = ''): void {
  const what = `parameter '${name}'${network === '' ? '' : ` of ${network}`}`;
  if (!(value instanceof Tensor)) {
    throw invalid(
      `${what} is no tensor, received ${kindOf(value)}`,
      'Params are a flat record from names to tf.Tensor, of the same tfjs-core as this library',
    );
  }
  if (value.isDisposed) {
    throw invalid(`${what} is disposed`, 'Pass params that are still alive');
  }
  if (value.dtype === 'string') {
    throw invalid(`${what} is a tensor of strings`, 'Leave it out');
  }
  assertWithinReach(what, value);
}
