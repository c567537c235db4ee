import { type TensorInfo, tidy } from '@tensorflow/tfjs-core';
import { failed, InvalidInputError, invalid, LostDeviceError } from '../../errors';
import type { NetworkInput, Params } from '../../params';
import { interceptKernels, type KernelCall } from '../capture/interceptKernels';
import type { TracedCall, TracedForward } from '../capture/trace';

/** A forward function and its traced kernel calls. */
export interface Replay {
  readonly forward: TracedForward;
  readonly calls: readonly TracedCall[];
}

/** Thrown to end a replay early. */
const stop = Symbol('stop');

/** Ends a replay from its handler, before the forward pass is complete. */
export function stopReplay(): never {
  throw stop;
}

/**
 * Runs a traced forward pass on other params or inputs, with a handler for its kernel calls in the traced order. All
 * tensors are disposed at the end, except those that the handler keeps.
 *
 * @param onCall - Returns the result of `call.run()`, or other tensors of the same shapes.
 * @throws InvalidInputError when the function throws or its kernel calls differ from the traced ones.
 */
export function replayForward(
  { forward, calls }: Replay,
  params: Params,
  input: NetworkInput,
  onCall: (call: KernelCall) => TensorInfo | TensorInfo[],
): void {
  let count = 0;
  const onKernel = (call: KernelCall) => {
    count++;
    const traced = calls[call.index]?.kernel;
    if (traced !== call.name) throw branches(call.index, call.name, traced);
    return onCall(call);
  };
  try {
    tidy(() => {
      interceptKernels({ onKernel }, () => forward(params, input));
    });
  } catch (error) {
    if (error === stop) return;
    if (error instanceof InvalidInputError || error instanceof LostDeviceError) throw error;
    throw failed('forward', error);
  }
  if (count < calls.length) throw branches(count, undefined, calls[count].kernel);
}

function branches(at: number, now: string | undefined, before: string | undefined) {
  const named = (kernel: string | undefined) => kernel ?? 'missing';
  return invalid(
    `forward must run the same operations every time: operation ${at} was ${named(before)} and is now ${named(now)}`,
    'Pass a function without dropout, whose operations depend neither on values of params and inputs nor on earlier calls',
    { param: 'forward', received: now },
  );
}
