/**
 * The state of a text by `formatState`. A list with a value that its array cannot hold stays an object, so that the
 * value is not changed without a word.
 */
export function parseState(text: string): unknown {
  return JSON.parse(text, (_, value) => {
    if (isListOf(value?.int32, isInt32)) return Int32Array.from(value.int32);
    if (isListOf(value?.float64, Number.isFinite)) return Float64Array.from(value.float64);
    return value;
  });
}

function isListOf(list: unknown, test: (value: unknown) => boolean): boolean {
  return Array.isArray(list) && list.every(test);
}

function isInt32(value: unknown): boolean {
  return typeof value === 'number' && (value | 0) === value;
}
