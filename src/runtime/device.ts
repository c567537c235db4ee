/** The state of a backend's device. */
export interface Device {
  /** A sentence that says what was lost and why; null while the device works. */
  lost(): string | null;
  /** Called when the device is lost. A caller that adds a callback also removes it. */
  readonly callbacks: Set<() => void>;
  /** True if reads after a loss give zeros and no error. */
  readonly readsZeros: boolean;
}

/** Fields of tfjs's webgpu and webgl backends that hold the device. */
interface BackendOnDevice {
  readonly device?: { readonly lost?: Promise<{ reason: string; message: string }> };
  readonly gpgpu?: {
    readonly gl?: Pick<WebGLRenderingContext, 'isContextLost'> & {
      readonly canvas: Pick<EventTarget, 'addEventListener'>;
    };
  };
}

const watched = new WeakMap<object, Device>();

/** The device of a tfjs backend, watched from the first call on; null if it has none. */
export function watchDevice(backend: object | null | undefined): Device | null {
  if (!backend) return null;
  const { device: { lost: loss } = {}, gpgpu: { gl: context } = {} } = backend as BackendOnDevice;
  if (!loss && !context) return null;
  let device = watched.get(backend);
  if (device) return device;

  let lost: string | null = null; // Never reset: a restored context has lost its textures.
  const callbacks = new Set<() => void>();
  const lose = (what: string) => {
    lost ??= `The ${what}`;
    for (const callback of callbacks) callback();
  };
  const loseContext = () => lose('WebGL context was lost');
  loss?.then(({ reason, message }) => lose(`WebGPU device was lost (${reason}: ${message})`));
  context?.canvas.addEventListener('webglcontextlost', loseContext);
  device = {
    lost() {
      if (context?.isContextLost()) loseContext();
      return lost;
    },
    callbacks,
    readsZeros: !loss,
  };
  watched.set(backend, device);
  return device;
}
