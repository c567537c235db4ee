/** Text of a state: JSON in which typed arrays are objects with one list, under the name of their type. */
export function formatState(state: unknown): string {
  return JSON.stringify(state, (_, value) => {
    if (value instanceof Int32Array) return { int32: [...value] };
    if (value instanceof Float64Array) return { float64: [...value] };
    return value;
  });
}

/** The state of a text. */
export function parseState(text: string): unknown {
  return JSON.parse(text, (_, value) => {
    if (Array.isArray(value?.int32)) return Int32Array.from(value.int32);
    if (Array.isArray(value?.float64)) return Float64Array.from(value.float64);
    return value;
  });
}
