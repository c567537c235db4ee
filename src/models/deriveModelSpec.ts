import { dispose, type Tensor } from '@tensorflow/tfjs-core';
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
   * A batch to trace with, or one for each input; it stays the caller's. Default: random numbers of the
   * shapes and dtypes that the model declares, ids in range where they are embedded.
   */
  input?: Input;
  /**
   * The shape of a model's one input without the batch, where the model leaves sizes open. Default for
   * these: batches of 2, sequences of 3 steps, images of 32 × 32, volumes of 16 × 16 × 16.
   */
  inputShape?: readonly number[];
}

/** The names of the options of the functions that derive the spec of a model. */
export const MODEL_SPEC_OPTIONS = {
  ...TRACE_SPEC_OPTIONS,
  ...{ input: true, inputShape: true },
} as const satisfies Record<keyof ModelSpecOptions, true>;

/** Traces a model on the input given, or else on a random batch. */
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

/** The error where a model does not run: the reason comes first, then what may be wrong with the input. */
function notRunning(made: Tensor | Tensor[] | undefined, cause: unknown): Error {
  if (made === undefined) {
    return failed(
      'the model on input',
      cause,
      'If the reason is the shape or dtype of input, pass a batch that its predict takes',
    );
  }
  const shapes = (Array.isArray(made) ? made : [made]).map(({ shape }) => `[${shape}]`).join(', ');
  return failed(
    `the model on random numbers of shape ${shapes}`,
    cause,
    'If the reason is that shape, pass inputShape where the model leaves sizes open, or input, a batch that its predict takes',
  );
}
