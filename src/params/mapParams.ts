/**
 * A record of the same names, each value mapped: result[name] = map(values[name], name), in the same order.
 * Values may be tensors, or anything else that is kept by parameter: shapes, types, arrays. Any name is
 * safe, `__proto__` too.
 */
export function mapParams<Value, Result>(
  values: Readonly<Record<string, Value>>,
  map: (value: Value, name: string) => Result,
): Record<string, Result> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, map(value, name)]),
  );
}
