/** Text of a state: JSON in which typed arrays are objects with one list, under the name of their type. */
export function formatState(state: unknown): string {
  return JSON.stringify(state, (_, value) => {
    if (value instanceof Int32Array) return { int32: [...value] };
    if (value instanceof Float64Array) return { float64: [...value] };
    return value;
  });
}
