import { findBackend, getBackend } from '@tensorflow/tfjs-core';
import { type Device, watchDevice } from './device';
import { LostDeviceError } from './errors';
import { createCheckpoint } from './progress';

/** For how many ms values may still arrive after a loss, and the news of a loss after a failure. */
const PATIENCE = 100;

/** The device beneath the current backend, or null where that computes on the processor. */
export function currentDevice(): Device | null {
  return watchDevice(findBackend(getBackend()));
}

/** Throws where the device beneath the current backend is lost. */
function assertDevice(): void {
  const lost = currentDevice()?.lost();
  if (lost) throw new LostDeviceError(lost);
}

/** {@link createCheckpoint} for work on tensors: it also throws where the device beneath the current backend is lost. */
export function createDeviceCheckpoint(signal?: AbortSignal): () => Promise<void> {
  const checkpoint = createCheckpoint(signal);
  return async () => {
    await checkpoint();
    assertDevice();
  };
}

/**
 * What `work` on a device comes to; a {@link LostDeviceError} where the device is lost and the work fails,
 * does not end, or may have read zeros in place of values.
 */
export async function unlessLost<T>(work: Promise<T>, device: Device | null): Promise<T> {
  if (device === null) return work;
  try {
    const result = await beforeLoss(work, device);
    if (device.readsZeros) assertAlive(device);
    return result;
  } catch (error) {
    if (error instanceof LostDeviceError) throw error;
    await newsOfLoss(device);
    assertAlive(device, error);
    throw error;
  }
}

function assertAlive(device: Device, cause?: unknown): void {
  const lost = device.lost();
  if (lost) throw new LostDeviceError(lost, cause);
}

/** The same work, which fails some time after a loss: values in the processor's memory still arrive. */
function beforeLoss<T>(work: Promise<T>, device: Device): Promise<T> {
  return new Promise((resolve, reject) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const forget = device.onLost(() => {
      timer = setTimeout(() => reject(new LostDeviceError(device.lost()!)), PATIENCE);
    });
    work.then(resolve, reject).finally(() => {
      clearTimeout(timer);
      forget();
    });
  });
}

/** Waits for the news of a loss, but not for long. */
async function newsOfLoss(device: Device): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let forget = () => {};
  await new Promise<void>((resolve) => {
    timer = setTimeout(resolve, PATIENCE);
    forget = device.onLost(resolve);
  });
  clearTimeout(timer);
  forget();
}
