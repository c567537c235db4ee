/** Reads the values of a parameter of one of two networks, row-major. */
export type ReadValues = (network: 'a' | 'b', param: string) => Promise<Float32Array>;

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
): ReadValues {
  const kept = new Map<string, Promise<Float32Array>>();
  let left = room;
  return (network, param) => {
    const key = `${network}/${param}`;
    const known = kept.get(key);
    if (known) return known;
    const values = read(network, param);
    const bytes = bytesOf(param);
    if (bytes <= left) {
      left -= bytes;
      kept.set(key, values);
    }
    return values;
  };
}
