/** max |value|, four values at a time: a plain loop takes a tenth of the time of the gram itself. */
export function largestSize(values: Float32Array): number {
  let [first, second, third, fourth] = [0, 0, 0, 0];
  const whole = values.length & ~3;
  for (let at = 0; at < whole; at += 4) {
    first = Math.max(first, Math.abs(values[at]));
    second = Math.max(second, Math.abs(values[at + 1]));
    third = Math.max(third, Math.abs(values[at + 2]));
    fourth = Math.max(fourth, Math.abs(values[at + 3]));
  }
  for (let at = whole; at < values.length; at++) first = Math.max(first, Math.abs(values[at]));
  return Math.max(first, second, third, fourth);
}
