import { dispose, Tensor } from '@tensorflow/tfjs-core';

import { assertInteger } from '../checks';

import { invalid, LostDeviceError } from '../errors';
import { cutBatches, rowsOf } from './cutBatches';
import { isNetworkInput, mapInput, type NetworkInput, tensorsIn } from './networkInput';
import { sampleCount } from './sampleCount';

/**
 * Data to run networks on.
 *
 * - A tensor [N, …] is cut into batches along its first axis.
 * - A record of tensors [N, …], for a network of several inputs, is cut alike.
 * - An array of tensors holds batches, each of them one tensor. Where the network fails on the first
 *   tensor by itself but runs on the whole array, the array is one input of several tensors [N, …],
 *   cut alike. Where it runs on both, the array holds batches.
 * - Anything else that can be iterated, an array or an async generator, gives the batches themselves:
 *   tensors, arrays or records. `[[x, z]]` is one batch of two tensors, whatever the network does.
 *
 * A batch that was given is used until the next one is asked for, and never disposed here.
 */
export type BatchedInputs = NetworkInput | Iterable<NetworkInput> | AsyncIterable<NetworkInput>;

/** Data of which it is settled what the batches are. */
export interface Batches {
  /** The batches from the first on; those that are cut here are disposed when the next is asked for. */
  readonly each: () => AsyncGenerator<NetworkInput, void, undefined>;
  /** The number of batches; null where an iterator does not tell. */
  readonly count: number | null;
}

/** Throws unless the inputs hold a sample or can be iterated, and batches hold one. */
export function assertInputs(inputs: BatchedInputs, batchSize: number): void {
  assertInteger('batchSize', batchSize, 1);
  if (isIterable(inputs)) return;
  if (!isNetworkInput(inputs)) {
    throw invalid(
      `inputs must hold samples along their first axis, received ${describe(inputs)}`,
      'Pass a tensor [N, …], an array or a record of such tensors, or an array of batches',
    );
  }
  sampleCount('inputs', inputs);
}

/**
 * The batches of inputs that {@link assertInputs} has let through.
 *
 * @param run - Runs the network on an input, or throws. It is called for an array of tensors alone, to
 * settle what the array is.
 */
export function batchesOf(
  inputs: BatchedInputs,
  batchSize: number,
  run: (input: NetworkInput) => unknown,
): Batches {
  const whole = wholeInput(inputs, batchSize, run);
  if (whole === null) {
    return {
      each: () => given(inputs as AsyncIterable<NetworkInput>),
      count: Array.isArray(inputs) ? inputs.length : null,
    };
  }
  const count = sampleCount('inputs', whole);
  return { each: () => cut(whole, count, batchSize), count: Math.ceil(count / batchSize) };
}

/** An input to cut into batches; null where the inputs are batches already. */
function wholeInput(
  inputs: BatchedInputs,
  batchSize: number,
  run: (input: NetworkInput) => unknown,
): NetworkInput | null {
  if (!isNetworkInput(inputs)) return null;
  if (!Array.isArray(inputs)) return inputs;
  return isOneInput(inputs, (input) => withFirstRows(input, batchSize, run)) ? inputs : null;
}

/** Runs a network on the first samples of several tensors; on all where they differ in length. */
function withFirstRows(
  input: NetworkInput,
  batchSize: number,
  run: (input: NetworkInput) => unknown,
): void {
  const counts = new Set(tensorsIn(input).map(({ shape }) => shape[0] ?? 0));
  const [count] = counts;
  if (input instanceof Tensor || counts.size > 1 || count <= batchSize) {
    run(input);
    return;
  }
  const batch = mapInput(input, (x) => rowsOf(x, { start: 0, size: batchSize }));
  try {
    run(batch);
  } finally {
    dispose(tensorsIn(batch));
  }
}

/**
 * One input or an array of inputs as an array; an array of tensors by the rule of {@link BatchedInputs}.
 *
 * @param run - Runs the network on an input, or throws; called for an array of tensors alone.
 */
export function inputList(
  inputs: NetworkInput | readonly NetworkInput[],
  run: (input: NetworkInput) => unknown,
): readonly NetworkInput[] {
  if (!Array.isArray(inputs)) return [inputs as NetworkInput];
  return isNetworkInput(inputs) && isOneInput(inputs as Tensor[], run) ? [inputs] : inputs;
}

/**
 * Whether an array of tensors is one input of several tensors, rather than a list of inputs: the network
 * fails on the first tensor by itself and runs on the whole array (see {@link BatchedInputs}).
 *
 * @throws InvalidInputError with both reasons where it fails on both.
 */
function isOneInput(tensors: readonly Tensor[], run: (input: NetworkInput) => unknown): boolean {
  const alone = failureOf(() => run(tensors[0]));
  if (alone === null) return false;
  const together = failureOf(() => run(tensors));
  if (together === null) return true;
  const reasons = [alone, together].map(reasonOf);
  if (reasons[0] === reasons[1]) throw alone;
  throw invalid(
    `forward failed on inputs[0] by itself: ${reasons[0]}; and on inputs as one input of ${tensors.length} tensors: ${reasons[1]}`,
    'Pass an array of batches, or an array of arrays of tensors for a network of several inputs; the first failure is the cause of this error',
    { cause: alone },
  );
}

/** What a function throws, null where it returns. */
function failureOf(work: () => unknown): Error | null {
  try {
    work();
    return null;
  } catch (error) {
    if (error instanceof LostDeviceError) throw error;
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** The reason at the root of an error, without a full stop. */
function reasonOf({ message, cause }: Error): string {
  return (cause instanceof Error ? cause.message : message).replace(/\.$/, '');
}

/** Batches that the user gives. */
async function* given(
  inputs: Iterable<NetworkInput> | AsyncIterable<NetworkInput>,
): AsyncGenerator<NetworkInput, void, undefined> {
  let empty = true;
  for await (const batch of inputs) {
    empty = false;
    yield batch;
  }
  if (empty) {
    throw invalid(
      'inputs gave no batch',
      'An iterator can be used once only: pass an array, or an object that iterates anew',
    );
  }
}

/** Batches cut out of all tensors of an input alike; the last may be smaller. */
async function* cut(
  input: NetworkInput,
  count: number,
  batchSize: number,
): AsyncGenerator<NetworkInput, void, undefined> {
  for (const own of cutBatches(count, batchSize)) {
    const batch = mapInput(input, (x) => rowsOf(x, own));
    try {
      yield batch;
    } finally {
      if (own.size < count) dispose(tensorsIn(batch));
    }
  }
}

/** The number of samples of a batch, along the first axis of its first tensor. */
export function samplesOf(input: NetworkInput): number {
  return tensorsIn(input)[0]?.shape[0] ?? 0;
}

/** A string that inputs of the same shapes share. */
export function shapeKey(input: NetworkInput): string {
  if (input instanceof Tensor) return `${input.dtype} ${input.shape}`;
  return Object.entries(input)
    .map(([name, tensor]) => `${name} ${shapeKey(tensor)}`)
    .join('; ');
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

function describe(inputs: unknown): string {
  return inputs === null || typeof inputs !== 'object'
    ? String(inputs)
    : `{ ${Object.keys(inputs).join(', ')} }`;
}
