/** The values of two networks' included parameters, as {@link packedProducts} reads them. */
export interface Weights {
  /** The bytes of grams that may be kept between steps: at most the size of both networks. */
  readonly bytes: number;
  /** The shape of a parameter, the same in both networks. */
  shape(param: string): readonly number[];
  /** The values, row-major. They are shared: callers must not change them. */
  values(network: 'a' | 'b', param: string): Promise<Float32Array>;
  /** Keeps values of a parameter no longer. Default: they are not kept, or are the caller's. */
  forget?(network: 'a' | 'b', param: string): void;
}

/** Weights as data, in memory that threads share. */
export interface SharedWeights {
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  readonly a: Readonly<Record<string, Float32Array>>;
  readonly b: Readonly<Record<string, Float32Array>>;
}

/** The bytes of values that may be kept for small networks. */
export const LEAST_ROOM = 2 ** 26;

/** Moves the values of the named parameters into shared memory, one after another. */
export async function shareWeights(
  weights: Weights,
  names: readonly string[],
): Promise<SharedWeights> {
  const values = async (network: 'a' | 'b') => {
    const copies: Record<string, Float32Array> = {};
    for (const name of names) {
      copies[name] = shared(await weights.values(network, name));
      weights.forget?.(network, name);
    }
    return copies;
  };
  return {
    shapes: Object.fromEntries(names.map((name) => [name, weights.shape(name)])),
    a: await values('a'),
    b: await values('b'),
  };
}

/** Weights whose values are in shared memory. */
export function sharedWeights(data: SharedWeights): Weights {
  const sizes = Object.values(data.a).map(({ byteLength }) => 2 * byteLength);
  return {
    bytes: sizes.reduce((sum, size) => sum + size, 0),
    shape: (param) => data.shapes[param],
    values: async (network, param) => data[network][param],
  };
}

function shared(values: Float32Array): Float32Array {
  if (values.buffer instanceof SharedArrayBuffer) return values;
  const copy = sharedArray(values.length);
  copy.set(values);
  return copy;
}

/** An array in memory that threads share. */
export function sharedArray(length: number): Float32Array {
  return new Float32Array(new SharedArrayBuffer(4 * length));
}
