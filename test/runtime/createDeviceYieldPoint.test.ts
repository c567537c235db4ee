import { LostDeviceError } from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { unlessLost } from '../../src/runtime/createDeviceYieldPoint';
import { watchDevice } from '../../src/runtime/device';

/** A backend on a WebGPU device that is lost when it is told to be. */
function fakeGpu() {
  let lose = (_info: { reason: string; message: string }) => {};
  const lost = new Promise<{ reason: string; message: string }>((resolve) => {
    lose = resolve;
  });
  return { device: watchDevice({ device: { lost } })!, lose };
}

/** A backend on a WebGL context that is lost, and restored, when it is told to be. */
function fakeGl() {
  const canvas = new EventTarget();
  let gone = false;
  const gl = { canvas, isContextLost: () => gone };
  return {
    device: watchDevice({ gpgpu: { gl } })!,
    lose() {
      gone = true;
    },
    tell: () => canvas.dispatchEvent(new Event('webglcontextlost')),
    restore() {
      gone = false;
    },
  };
}

const later = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
const never = new Promise<never>(() => {});

describe('unlessLost', () => {
  it('gives what the work gives, and its own error where no device was lost', async () => {
    const { device } = fakeGpu();
    expect(await unlessLost(Promise.resolve(3), device)).toBe(3);
    expect(await unlessLost(Promise.resolve(3), null)).toBe(3);
    const own = new Error('own');
    await expect(unlessLost(Promise.reject(own), device)).rejects.toBe(own);
  });

  it('rejects soon where the device is lost and the work never ends', async () => {
    const { device, lose } = fakeGpu();
    const work = unlessLost(never, device);
    lose({ reason: 'unknown', message: 'out of memory' });
    await expect(work).rejects.toThrow(LostDeviceError);
    await expect(unlessLost(never, device)).rejects.toThrow(
      'The WebGPU device was lost (unknown: out of memory), and with it',
    );
  });

  it('knows a failure for a loss whose news comes after it, and keeps it as the cause', async () => {
    const { device, lose } = fakeGpu();
    const cause = new Error('mapAsync failed');
    const work = unlessLost(Promise.reject(cause), device);
    later(10).then(() => lose({ reason: 'destroyed', message: '' }));
    const error = await work.catch((reason) => reason);
    expect(error).toBeInstanceOf(LostDeviceError);
    expect(error.cause).toBe(cause);
  });

  it('gives values that arrive after the loss of a WebGPU device, which never reads zeros', async () => {
    const { device, lose } = fakeGpu();
    lose({ reason: 'destroyed', message: '' });
    await later(0);
    expect(
      await unlessLost(
        later(10).then(() => 5),
        device,
      ),
    ).toBe(5);
  });

  it('takes no value for true that was read from a lost WebGL context, restored or not', async () => {
    const { device, lose, tell, restore } = fakeGl();
    expect(await unlessLost(Promise.resolve(0), device)).toBe(0);
    lose();
    await expect(unlessLost(Promise.resolve(0), device)).rejects.toThrow(
      'The WebGL context was lost',
    );
    const other = fakeGl();
    const work = unlessLost(never, other.device);
    other.tell();
    await expect(work).rejects.toThrow(LostDeviceError);
    restore();
    tell();
    await expect(unlessLost(Promise.resolve(0), device)).rejects.toThrow(LostDeviceError);
  });
});
