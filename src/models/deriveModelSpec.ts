import { dispose, type Tensor } from '@tensorflow/tfjs-core';
import type { OptionTable } from '../checks';
import { failed, InvalidInputError } from '../errors';
import type { NetworkInput, Params } from '../params';
import type { PermutationSpec } from '../symmetry';
import { type TraceSpecOptions, traceSpec } from '../tracing';
import { TRACE_SPEC_OPTIONS } from '../tracing/internal';
import { type DeclaredInput, modelInput } from './modelInput';
import type { ModelForward } from './modelNetwork';

/** Options of the functions that derive the spec of a model. */
export interface ModelSpecOptions<Input = Tensor | Tensor[]> extends TraceSpecOptions {
  /**
   * A batch to trace with, or one for each input; the caller disposes it. Default: random numbers of the
   * shapes and dtypes that the model declares. Inputs of an embedding get ids that it has.
   */
  input?: Input;
  /**
   * The shape of the input without the batch, for a model of one input that leaves sizes open. Default sizes:
   * 3 steps for sequences, 32 × 32 for images, 16 × 16 × 16 for volumes. An open batch is 2.
   */
  inputShape?: readonly number[];
}

/** The names of the options of the functions that derive the spec of a model. */
export const MODEL_SPEC_OPTIONS = {
  ...TRACE_SPEC_OPTIONS,
  ...{ input: true, inputShape: true },
} as const satisfies OptionTable<ModelSpecOptions>;

/** The spec of a model, traced on the input given or on a random batch. */
export async function deriveModelSpec<Input extends NetworkInput>(
  forward: ModelForward<Input, unknown>,
  params: Params,
  declared: () => readonly DeclaredInput[],
  { input, inputShape, ...options }: ModelSpecOptions<Input>,
): Promise<PermutationSpec> {
  const made = input ? undefined : modelInput(declared(), inputShape, options.seed ?? 0);
  let failure: unknown;
  const watched = (candidate: Params, x: NetworkInput): unknown => {
    try {
      return forward(candidate, x as Input);
    } catch (error) {
      failure ??= error;
      throw error;
    }
  };
  try {
    return await traceSpec(
      watched as Parameters<typeof traceSpec>[0],
      params,
      input ?? made!,
      options,
    );
  } catch (error) {
    if (failure === undefined) throw error;
    if (failure instanceof InvalidInputError) throw failure;
    throw notRunning(made, failure);
  } finally {
    if (made) dispose(made);
  }
}

/** The error for a model that does not run, with the reason and advice on the input. */
function notRunning(made: Tensor | Tensor[] | undefined, cause: unknown): Error {
  if (made === undefined) {
    return failed(
      'the model on input',
      cause,
      'If the reason is the shape or dtype of input, pass a batch that model.predict accepts',
    );
  }
  const shapes = (Array.isArray(made) ? made : [made]).map(({ shape }) => `[${shape}]`).join(', ');
  return failed(
    `the model on random numbers of shape ${shapes}`,
    cause,
    'If the reason is that shape, pass inputShape for the sizes that the model leaves open, or a batch that model.predict accepts as input',
  );
}
