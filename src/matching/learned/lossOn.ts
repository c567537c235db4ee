import { reshape, Tensor, tidy } from '@tensorflow/tfjs-core';
import { assertSynchronous, kindOf } from '../../checks';
import { failed, InvalidInputError, invalid, LostDeviceError } from '../../errors';
import type { ForwardFn, NetworkInput, Params } from '../../params';
import { samplesOf } from '../../params/internal';
import { read, readAndDispose, withFastProducts } from '../../runtime';
import { crossEntropy } from './crossEntropy';
import type { LearningBatch } from './learningData';
import { softmaxCrossEntropy } from './softmaxCrossEntropy';

/**
 * The loss of a batch: the network's outputs and the labels of the batch to a scalar, the mean over the samples. It
 * runs synchronously and must not dispose its arguments.
 */
export type LossFn = (outputs: Tensor, y: Tensor) => Tensor;

/** A network's function and its loss. */
export interface LearningTask<Input extends NetworkInput = Tensor> {
  readonly forward: ForwardFn<Input>;
  readonly loss: LossFn;
}

/** The loss on a batch as a function of the params. */
export function lossOn<Input extends NetworkInput>(
  { x, y }: LearningBatch<Input>,
  { forward, loss }: LearningTask<Input>,
): (params: Params) => Tensor {
  const compare = loss === crossEntropy ? softmaxCrossEntropy : loss; // Errors have the matcher's name.
  return (params) => {
    const outputs = tensorOf('forward', () => forward(params, x));
    const value = tensorOf('loss', () => compare(outputs, y));
    if (value.size === 1) return value.rank === 0 ? value : reshape(value, []);
    throw invalid(
      `loss must return a scalar, received a tensor [${value.shape}]`,
      'Return the mean over the samples of the batch',
      { param: 'loss', received: value.shape },
    );
  };
}

/** The tensor that a function of the caller returns. */
function tensorOf(what: string, call: () => unknown): Tensor {
  const returned = resultOf(what, () => withFastProducts(call));
  assertSynchronous(what, returned);
  if (returned instanceof Tensor && !returned.isDisposed) return returned;
  if (returned instanceof Tensor) {
    throw invalid(`${what} returned a disposed tensor`, 'Return one that is alive', {
      param: what,
    });
  }
  throw invalid(
    `${what} must return a tensor, received ${kindOf(returned)}`,
    'Return the tensor itself, not a list or a number',
    { param: what, received: kindOf(returned) },
  );
}

function resultOf(what: string, call: () => unknown): unknown {
  try {
    return call();
  } catch (error) {
    if (error instanceof InvalidInputError || error instanceof LostDeviceError) throw error;
    throw failed(what, error);
  }
}

/**
 * The mean loss of a network on samples in several batches.
 *
 * @param at - The place in the work for errors, such as `step 3`.
 * @throws InvalidInputError when it is not finite.
 */
export async function meanLoss<Input extends NetworkInput>(
  params: Params,
  batches: readonly LearningBatch<Input>[],
  task: LearningTask<Input>,
  { at, yieldPoint }: { readonly at: string; readonly yieldPoint: () => Promise<void> },
): Promise<number> {
  let total = 0;
  let samples = 0;
  for (const batch of batches) {
    await yieldPoint();
    const [value] = await readAndDispose(tidy(() => lossOn(batch, task)(params)));
    await assertFiniteLoss(value, at, params, batch, task);
    const size = samplesOf(batch.x);
    total += value * size;
    samples += size;
  }
  return total / samples;
}

/** Throws unless the loss of a network on a batch is finite. `at` is the place in the work for errors. */
export async function assertFiniteLoss<Input extends NetworkInput>(
  value: number,
  at: string,
  params: Params,
  batch: LearningBatch<Input>,
  task: LearningTask<Input>,
): Promise<void> {
  if (Number.isFinite(value)) return;
  if (task.loss === crossEntropy) await assertClasses(params, batch, task);
  throw invalid(
    `the loss is ${value} at ${at}`,
    'Look for data or weights that overflow in the forward pass, or pass an optimizer with a smaller learning rate',
    { param: 'loss', received: value },
  );
}

/** Throws if labels are classes and one of them is no class of the network's outputs. */
async function assertClasses<Input extends NetworkInput>(
  params: Params,
  { x, y }: LearningBatch<Input>,
  { forward }: LearningTask<Input>,
): Promise<void> {
  const outputs = tidy(() => withFastProducts(() => forward(params, x)));
  outputs.dispose();
  if (y.rank === outputs.rank) return;
  const classes = outputs.shape.at(-1)!;
  const labels = await read<'int32'>(y);
  const wrong = labels.find((label) => label < 0 || label >= classes);
  if (wrong === undefined) return;
  throw invalid(
    `y has the class ${wrong}, but the network has the ${classes} classes 0 … ${classes - 1}`,
    'Pass class indices from 0 to C − 1',
    { param: 'y', received: wrong },
  );
}
