import { findBackend, getBackend } from '@tensorflow/tfjs-core';
import { LostDeviceError } from '../errors';
import { createYieldPoint, later } from './createYieldPoint';
import { type Device, watchDevice } from './device';

/** For how many ms values may still arrive after a loss, and the news of a loss after a failure. */
const PATIENCE = 100;

/** The device beneath the current backend, or null where that computes on the processor. */
export function currentDevice(): Device | null {
  return watchDevice(findBackend(getBackend()));
}

/** {@link createYieldPoint} for work on tensors: it also throws where the device beneath the current backend is lost. */
export function createDeviceYieldPoint(signal?: AbortSignal): () => Promise<void> {
  const yieldPoint = createYieldPoint(signal);
  return async () => {
    await yieldPoint();
    assertAlive(currentDevice());
  };
}

/**
 * What `work` on a device comes to; a {@link LostDeviceError} where the device is lost and the work fails,
 * does not end, or may have read zeros in place of values.
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
    // Values in the processor's memory still arrive some time after a loss.
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
