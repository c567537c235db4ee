/** What is known of the device beneath a backend. */
export interface Device {
  /** What was lost, and why, in words; null as long as it is not. */
  lost(): string | null;
  /** Called once it is lost. Whoever puts something in takes it out again. */
  readonly callbacks: Set<() => void>;
  /** Whether reading from it gives zeros, and no error, after it was lost. */
  readonly readsZeros: boolean;
}

/** What of tfjs's webgpu and webgl backends tells of the device beneath. */
interface BackendOnDevice {
  readonly device?: { readonly lost?: Promise<{ reason: string; message: string }> };
  readonly gpgpu?: {
    readonly gl?: Pick<WebGLRenderingContext, 'isContextLost'> & {
      readonly canvas: Pick<EventTarget, 'addEventListener'>;
    };
  };
}

const watched = new WeakMap<object, Device>();

/** The device beneath a backend of tfjs, watched from the first call on; null where there is none. */
export function watchDevice(backend: object | null | undefined): Device | null {
  if (!backend) return null;
  const { device: { lost: loss } = {}, gpgpu: { gl: context } = {} } = backend as BackendOnDevice;
  if (!loss && !context) return null;
  let device = watched.get(backend);
  if (device) return device;

  let lost: string | null = null; // A context that is restored has none of its textures.
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
