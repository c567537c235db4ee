/**
 * Maps each value of a record: result[name] = map(values[name], name), in the same order. Values may be tensors,
 * shapes, dtypes or anything else that is stored by parameter. Any name is safe, including `__proto__`.
 */
export function mapParams<Value, Result>(
  values: Readonly<Record<string, Value>>,
  map: (value: Value, name: string) => Result,
): Record<string, Result> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, map(value, name)]),
  );
}
