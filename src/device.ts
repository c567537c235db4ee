/** What is known of the device beneath a backend. */
export interface Device {
  /** What was lost, and why, in words; null as long as it is not. */
  lost(): string | null;
  /** Calls back once it is lost, at once where it is; returns what takes that back. */
  onLost(callback: () => void): () => void;
  /** Whether reading from it gives zeros, and no error, after it was lost. */
  readonly readsZeros: boolean;
}

/** What of tfjs's webgpu and webgl backends tells of the device beneath. */
interface BackendOnDevice {
  readonly device?: { readonly lost?: Promise<{ reason?: string; message?: string }> };
  readonly gpgpu?: { readonly gl?: Pick<WebGLRenderingContext, 'isContextLost' | 'canvas'> };
}

const watched = new WeakMap<object, Device>();

/** The device beneath a backend of tfjs, watched from the first call on; null where there is none. */
export function watchDevice(backend: object | null | undefined): Device | null {
  if (!backend) return null;
  const before = watched.get(backend);
  if (before) return before;
  const { device, gpgpu } = backend as BackendOnDevice;
  const found = device?.lost ? gpu(device.lost) : gpgpu?.gl ? gl(gpgpu.gl) : null;
  if (found) watched.set(backend, found);
  return found;
}

function gpu(loss: Promise<{ reason?: string; message?: string }>): Device {
  let lost: string | null = null;
  const callbacks = new Set<() => void>();
  loss.then(({ reason, message }) => {
    lost = `The WebGPU device was lost (${[reason, message].filter(Boolean).join(': ')})`;
    for (const callback of callbacks) callback();
    callbacks.clear();
  });
  return { lost: () => lost, onLost: listening(() => lost, callbacks), readsZeros: false };
}

function gl(context: Pick<WebGLRenderingContext, 'isContextLost' | 'canvas'>): Device {
  let seen = false; // A context that is restored has none of its textures.
  const callbacks = new Set<() => void>();
  const lost = () => {
    seen ||= context.isContextLost();
    return seen ? 'The WebGL context was lost' : null;
  };
  context.canvas.addEventListener('webglcontextlost', () => {
    seen = true;
    for (const callback of callbacks) callback();
    callbacks.clear();
  });
  return { lost, onLost: listening(lost, callbacks), readsZeros: true };
}

function listening(lost: () => string | null, callbacks: Set<() => void>): Device['onLost'] {
  return (callback) => {
    if (lost() === null) callbacks.add(callback);
    else callback();
    return () => callbacks.delete(callback);
  };
}
