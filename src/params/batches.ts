import { dispose, Tensor } from '@tensorflow/tfjs-core';
import { assertInteger } from '../checks';
import { invalid, LostDeviceError } from '../errors';
import { eachUnlessAborted } from '../runtime';
import { cutBatches, rowsOf } from './cutBatches';
import { isNetworkInput, mapInput, type NetworkInput, tensorsIn } from './networkInput';
import { sampleCount } from './sampleCount';

/**
 * Data to run networks on.
 *
 * - A tensor [N, …] is cut into batches along its first axis.
 * - A record of tensors [N, …], for a network of several inputs, is cut in the same way.
 * - An array of tensors holds batches of one tensor each. If the network fails on the first tensor by itself
 *   but runs on the whole array, the array is one input of several tensors [N, …] and is cut. If it runs on
 *   both, the array holds batches.
 * - Any other iterable, such as an array of arrays or an async generator, yields the batches: tensors, arrays
 *   or records. `[[x, z]]` is one batch of two tensors, on any network.
 *
 * A batch that the caller passes is used until the next one is requested. It is never disposed by the library. On
 * abort the next batch is not waited for.
 */
export type BatchedInputs = NetworkInput | Iterable<NetworkInput> | AsyncIterable<NetworkInput>;

/** Data as a sequence of batches. */
export interface Batches {
  /**
   * The batches from the first on. A batch that was cut is disposed when the next is requested. A batch of the caller
   * that does not come is waited for until the signal is aborted.
   */
  readonly each: (signal?: AbortSignal) => AsyncGenerator<NetworkInput, void, undefined>;
  /** The number of batches; null for an iterator. */
  readonly count: number | null;
}

/** Throws unless the inputs hold a sample or are iterable, and `batchSize` is an integer ≥ 1. */
export function assertInputs(inputs: BatchedInputs, batchSize: number): void {
  assertInteger('batchSize', batchSize, 1);
  if (isIterable(inputs)) return;
  if (!isNetworkInput(inputs)) {
    throw invalid(
      `inputs must hold samples along their first axis, received ${describe(inputs)}`,
      'Pass a tensor [N, …], an array or a record of such tensors, or an array of batches',
      { param: 'inputs', received: describe(inputs) },
    );
  }
  sampleCount('inputs', inputs);
}

/**
 * The batches of inputs that {@link assertInputs} accepts.
 *
 * @param run - Runs the network on an input, or throws. It is called only for an array of tensors, to choose
 * between one input and a list of batches.
 */
export function batchesOf(
  inputs: BatchedInputs,
  batchSize: number,
  run: (input: NetworkInput) => unknown,
): Batches {
  const whole = wholeInput(inputs, batchSize, run);
  if (whole === null) {
    return {
      each: (signal) => given(inputs as AsyncIterable<NetworkInput>, signal),
      count: Array.isArray(inputs) ? inputs.length : null,
    };
  }
  const count = sampleCount('inputs', whole);
  return { each: () => cut(whole, count, batchSize), count: Math.ceil(count / batchSize) };
}

/** The input to cut into batches; null if the inputs are batches already. */
function wholeInput(
  inputs: BatchedInputs,
  batchSize: number,
  run: (input: NetworkInput) => unknown,
): NetworkInput | null {
  if (!isNetworkInput(inputs)) return null;
  if (!Array.isArray(inputs)) return inputs;
  return isOneInput(inputs, (input) => withFirstRows(input, batchSize, run)) ? inputs : null;
}

/** Runs a network on the first `batchSize` samples of several tensors; on all samples if the tensors differ in length. */
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
 * One input or an array of inputs as an array. {@link BatchedInputs} has the rule for an array of tensors.
 *
 * @param run - Runs the network on an input, or throws. It is called only for an array of tensors.
 */
export function inputList(
  inputs: NetworkInput | readonly NetworkInput[],
  run: (input: NetworkInput) => unknown,
): readonly NetworkInput[] {
  if (!Array.isArray(inputs)) return [inputs as NetworkInput];
  return isNetworkInput(inputs) && isOneInput(inputs as Tensor[], run) ? [inputs] : inputs;
}

/**
 * True if an array of tensors is one input of several tensors and not a list of inputs: the network fails on
 * the first tensor by itself and runs on the whole array (see {@link BatchedInputs}).
 *
 * @throws InvalidInputError with both reasons if the network fails on both.
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
    { param: 'inputs', cause: alone },
  );
}

/** The error that a function throws; null if it returns. */
function failureOf(work: () => unknown): Error | null {
  try {
    work();
    return null;
  } catch (error) {
    if (error instanceof LostDeviceError) throw error;
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** The message of an error's cause, or of the error itself, without a full stop. */
function reasonOf({ message, cause }: Error): string {
  return (cause instanceof Error ? cause.message : message).replace(/\.$/, '');
}

/** The batches that the caller passes. */
async function* given(
  inputs: Iterable<NetworkInput> | AsyncIterable<NetworkInput>,
  signal: AbortSignal | undefined,
): AsyncGenerator<NetworkInput, void, undefined> {
  let empty = true;
  for await (const batch of eachUnlessAborted(inputs, signal)) {
    empty = false;
    yield batch;
  }
  if (empty) {
    throw invalid(
      'inputs gave no batch',
      'An iterator can be used only once: pass an array, or an object that can be iterated again',
      { param: 'inputs' },
    );
  }
}

/** Batches of the same samples of all tensors of an input; the last may be smaller. */
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

/** A string that is equal for inputs of equal shapes, dtypes and names. */
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
