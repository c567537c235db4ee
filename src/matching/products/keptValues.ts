/** Reads the values of a parameter of one of two networks, row-major. */
export type ReadValues = (network: 'a' | 'b', param: string) => Promise<Float32Array>;

/** Values that are read once and kept, until they are forgotten. */
export interface KeptValues {
  readonly values: ReadValues;
  forget(network: 'a' | 'b', param: string): void;
}

/**
 * Reads values once and keeps them as long as they fit; what does not fit is read every time.
 *
 * @param bytesOf - The bytes of a parameter's values.
 * @param room - The bytes that may be kept.
 */
export function keptValues(
  read: ReadValues,
  bytesOf: (param: string) => number,
  room: number,
): KeptValues {
  const kept = new Map<string, Promise<Float32Array>>();
  let left = room;
  const keyOf = (network: 'a' | 'b', param: string) => `${network}/${param}`;

  function values(network: 'a' | 'b', param: string): Promise<Float32Array> {
    const key = keyOf(network, param);
    const known = kept.get(key);
    if (known) return known;
    const own = read(network, param);
    const bytes = bytesOf(param);
    if (bytes <= left) {
      left -= bytes;
      kept.set(key, own);
    }
    return own;
  }

  function forget(network: 'a' | 'b', param: string): void {
    if (kept.delete(keyOf(network, param))) left += bytesOf(param);
  }

  return { values, forget };
}
