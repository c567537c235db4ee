import { trainingWasm } from './trainingWasm.generated';

/** The kernels of assembly/training, where they are described, on a memory of their own. */
export interface Kernels {
  readonly memory: WebAssembly.Memory;
  readonly call: Readonly<Record<KernelName, (...values: number[]) => void>>;
  /** Reserves bytes, filled with zeros and aligned to 64; the address. The memory may grow, and its views end. */
  reserve(bytes: number): number;
  /** Reserves memory for values and writes them; the address. */
  place(values: Int32Array | Float32Array): number;
  /** A view of memory, which ends with the next `reserve`. */
  floats(address: number, count: number): Float32Array;
}

type KernelName =
  | 'convolve'
  | 'transposeKernel'
  | 'addKernelGradient'
  | 'normalise'
  | 'normaliseGradient'
  | 'pool'
  | 'poolGradient'
  | 'addRectified'
  | 'maskGradient'
  | 'addTo'
  | 'averagePixels'
  | 'dense'
  | 'denseGradient'
  | 'spreadGradient'
  | 'descend'
  | 'blockFloats'
  | 'blockBytes';

const PAGE = 65536;
let compiled: Promise<WebAssembly.Module> | null = null;

/** An instance of the kernels with an empty memory, which is freed when nothing refers to it any more. */
export async function openKernels(): Promise<Kernels> {
  compiled ??= WebAssembly.compile(Uint8Array.from(atob(trainingWasm), (c) => c.charCodeAt(0)));
  const { exports } = await WebAssembly.instantiate(await compiled);
  const memory = exports.memory as WebAssembly.Memory;
  let free = (exports.start as () => number)();
  const reserve = (bytes: number) => {
    const address = free;
    free = Math.ceil((free + bytes) / 64) * 64;
    const missing = Math.ceil(free / PAGE) - memory.buffer.byteLength / PAGE;
    if (missing > 0) memory.grow(missing);
    return address;
  };
  return {
    memory,
    call: exports as Record<KernelName, (...values: number[]) => void>,
    reserve,
    place: (values) => {
      const address = reserve(values.byteLength);
      const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
      new Uint8Array(memory.buffer, address, values.byteLength).set(bytes);
      return address;
    },
    floats: (address, count) => new Float32Array(memory.buffer, address, count),
  };
}
