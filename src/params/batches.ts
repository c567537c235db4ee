import { dispose, Tensor } from '@tensorflow/tfjs-core';
import { assertInteger } from '../checks';
import { invalid } from '../errors';
import { assertWithinReach } from '../runtime';
import { cutBatches, rowsOf } from './cutBatches';
import { mapParams } from './mapParams';
import type { NetworkInput } from './networkInput';

/**
 * Data to run networks on. A tensor (or a record of tensors, for a network of several inputs) is cut into
 * batches along its first axis. Everything else that can be iterated, an array or an async generator,
 * gives the batches themselves; each is used until the next one is asked for, and never disposed here.
 */
export type BatchedInputs =
  | Tensor
  | Readonly<Record<string, Tensor>>
  | Iterable<NetworkInput>
  | AsyncIterable<NetworkInput>;

/** Throws unless the inputs hold a sample or can be iterated, and batches hold one. */
export function assertInputs(inputs: BatchedInputs, batchSize: number): void {
  assertInteger('batchSize', batchSize, 1);
  if (isIterable(inputs)) return;
  const tensors = isWhole(inputs) ? Object.values(whole(inputs)) : [];
  const count = tensors[0]?.shape[0];
  const sound = tensors.every((x) => !x.isDisposed && x.rank > 0 && x.shape[0] === count);
  if (tensors.length === 0 || !sound || count === 0) {
    throw invalid(
      `inputs must hold samples along their first axis, received ${describe(inputs)}`,
      'Pass a tensor [N, …] that is alive, a record of such tensors, or an array of batches',
    );
  }
  for (const tensor of tensors) assertWithinReach('inputs', tensor);
}

/** The batches of the inputs, one after another; those that are cut here are disposed when the next is asked for. */
export async function* batchesOf(
  inputs: BatchedInputs,
  batchSize: number,
): AsyncGenerator<NetworkInput, void, undefined> {
  let empty = true;
  if (isWhole(inputs)) {
    for (const batch of cut(inputs, batchSize)) {
      empty = false;
      try {
        yield batch.input;
      } finally {
        dispose(batch.own);
      }
    }
  } else {
    for await (const batch of inputs as AsyncIterable<NetworkInput>) {
      empty = false;
      yield batch;
    }
  }
  if (empty) {
    throw invalid(
      'inputs gave no batch',
      'An iterator can be used once only: pass an array, or an object that iterates anew',
    );
  }
}

/** What a function makes of the first batch of the inputs; it must not keep the batch. */
export async function withFirstBatch<T>(
  inputs: BatchedInputs,
  batchSize: number,
  work: (batch: NetworkInput) => T,
): Promise<T> {
  let result: T;
  for await (const batch of batchesOf(inputs, batchSize)) {
    result = work(batch);
    break;
  }
  return result!;
}

/** Whether it is known beforehand that all inputs are one batch. */
export function isOneBatch(inputs: BatchedInputs, batchSize: number): boolean {
  if (isWhole(inputs)) return Object.values(whole(inputs))[0].shape[0] <= batchSize;
  return Array.isArray(inputs) && inputs.length === 1;
}

/** How many samples a batch holds. */
export function samplesOf(input: NetworkInput): number {
  const [first] = input instanceof Tensor ? [input] : Object.values(input);
  return first?.shape[0] ?? 0;
}

/** A string that inputs of the same shapes share. */
export function shapeKey(input: NetworkInput): string {
  if (input instanceof Tensor) return `${input.dtype} ${input.shape}`;
  return Object.entries(input)
    .map(([name, tensor]) => `${name} ${shapeKey(tensor)}`)
    .join('; ');
}

/** Batches cut out of tensors, each with the tensors that were made for it. */
function* cut(
  inputs: Tensor | Readonly<Record<string, Tensor>>,
  batchSize: number,
): Generator<{ input: NetworkInput; own: Tensor[] }, void, undefined> {
  const tensors = whole(inputs);
  const count = Object.values(tensors)[0].shape[0];
  for (const batch of cutBatches(count, batchSize)) {
    if (batch.size === count) {
      yield { input: inputs, own: [] };
      return;
    }
    const parts = mapParams(tensors, (x) => rowsOf(x, batch));
    yield { input: inputs instanceof Tensor ? parts[''] : parts, own: Object.values(parts) };
  }
}

/** Inputs that are cut here, by name; a tensor that is alone has the empty one. */
function whole(inputs: Tensor | Readonly<Record<string, Tensor>>): Record<string, Tensor> {
  return inputs instanceof Tensor ? { '': inputs } : inputs;
}

function isWhole(inputs: BatchedInputs): inputs is Tensor | Readonly<Record<string, Tensor>> {
  if (inputs instanceof Tensor) return true;
  return (
    typeof inputs === 'object' &&
    inputs !== null &&
    !isIterable(inputs) &&
    Object.values(inputs).every((x) => x instanceof Tensor)
  );
}

function isIterable(inputs: BatchedInputs): boolean {
  const found = inputs as Partial<Iterable<unknown> & AsyncIterable<unknown>> | null | undefined;
  return (
    typeof found === 'object' &&
    found !== null &&
    (typeof found[Symbol.iterator] === 'function' ||
      typeof found[Symbol.asyncIterator] === 'function')
  );
}

function describe(inputs: BatchedInputs): string {
  if (inputs instanceof Tensor) {
    return inputs.isDisposed ? 'a disposed tensor' : `a tensor of shape [${inputs.shape}]`;
  }
  return inputs === null || typeof inputs !== 'object'
    ? String(inputs)
    : `{ ${Object.keys(inputs).join(', ')} }`;
}
