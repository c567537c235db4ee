import { type TensorInfo, tidy } from '@tensorflow/tfjs-core';
import { failed, InvalidInputError, invalid, LostDeviceError } from '../../errors';
import type { NetworkInput, Params } from '../../params';
import { interceptKernels, type KernelCall } from '../capture/interceptKernels';
import type { TracedCall, TracedForward } from '../capture/trace';

/** A forward function, and the kernel calls that it was seen to make. */
export interface Replay {
  readonly forward: TracedForward;
  readonly calls: readonly TracedCall[];
}

/** Thrown by a handler that needs no more of the forward pass. */
const stop = Symbol('stop');

/** Ends a replay in which all is known that is asked for. */
export function stopReplay(): never {
  throw stop;
}

/**
 * Runs a traced forward pass on other params or inputs and lets a handler answer its kernel calls, which
 * come in the traced order. All tensors are disposed at the end but those that the handler keeps.
 *
 * @param onCall - Returns what `call.run()` does, or other tensors of the same shapes.
 * @throws InvalidInputError when the function fails, or makes other calls than it made before.
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
  const named = (kernel: string | undefined) => kernel ?? 'at its end';
  return invalid(
    `the forward function does not do the same every time: its operation ${at} is ${named(now)} where it was ${named(before)}`,
    'Pass a function whose operations depend on neither the values of params and inputs nor on calls before, without dropout',
  );
}
