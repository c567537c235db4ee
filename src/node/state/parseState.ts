/** The state of a text by `formatState`. */
export function parseState(text: string): unknown {
  return JSON.parse(text, (_, value) => {
    if (Array.isArray(value?.int32)) return Int32Array.from(value.int32);
    if (Array.isArray(value?.float64)) return Float64Array.from(value.float64);
    return value;
  });
}
