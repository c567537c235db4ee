/**
 * A function that computes a value for an object at its first call, and returns the same value afterwards, as long as
 * the object is in memory. Neither changes.
 */
export function perObject<Key extends object, Value extends object>(
  compute: (key: Key) => Value,
): (key: Key) => Value {
  const known = new WeakMap<Key, Value>();
  return (key) => {
    let value = known.get(key);
    if (value === undefined) {
      value = compute(key);
      known.set(key, value);
    }
    return value;
  };
}
