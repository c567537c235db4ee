import { findBackend, getBackend } from '@tensorflow/tfjs-core';
import { LostDeviceError } from '../errors';
import { createYieldPoint, later } from './createYieldPoint';
import { type Device, watchDevice } from './device';

/** Time in ms for values to arrive after a loss, and for the report of a loss to arrive after a failure. */
const PATIENCE = 100;

/** The device of the current backend; null for a backend that computes on the CPU. */
export function currentDevice(): Device | null {
  return watchDevice(findBackend(getBackend()));
}

/** {@link createYieldPoint} for work on tensors: it also throws if the device of the current backend is lost. */
export function createDeviceYieldPoint(signal?: AbortSignal): () => Promise<void> {
  const yieldPoint = createYieldPoint(signal);
  return async () => {
    await yieldPoint();
    assertAlive(currentDevice());
  };
}

/**
 * The result of `work` on a device.
 *
 * @throws LostDeviceError if the device is lost and the work fails, does not end, or may have read zeros in
 * place of values.
 */
export async function unlessLost<T>(work: Promise<T>, device: Device | null): Promise<T> {
  if (!device) return work;
  let lose = () => {};
  const loss = new Promise<void>((resolve) => {
    lose = resolve;
  });
  device.callbacks.add(lose);
  if (device.lost()) lose();
  try {
    // Values that are in the CPU's memory still arrive shortly after a loss.
    const tooLate = loss.then(() => later(PATIENCE)).then(() => assertAlive(device) as never);
    const result = await Promise.race([work, tooLate]);
    if (device.readsZeros) assertAlive(device);
    return result;
  } catch (error) {
    await Promise.race([loss, later(PATIENCE)]);
    assertAlive(device, error);
    throw error;
  } finally {
    device.callbacks.delete(lose);
  }
}

function assertAlive(device: Device | null, cause?: unknown): void {
  const lost = device?.lost();
  if (lost) throw cause instanceof LostDeviceError ? cause : new LostDeviceError(lost, cause);
}
