/**
 * The kernel of the input's gradient: from w `[outputs / 4, taps, inputs, 4]` to `[inputs / 4, taps, outputs, 4]`,
 * the taps in reverse order.
 */
export function transposeKernel(
  weights: usize,
  transposed: usize,
  taps: i32,
  inputs: i32,
  outputs: i32,
): void {
  for (let input = 0; input < inputs; input++) {
    for (let tap = 0; tap < taps; tap++) {
      const rest = taps - 1 - tap;
      let to =
        transposed + 4 * <usize>(((((input >> 2) * taps + rest) * outputs) << 2) + (input & 3));
      for (let output = 0; output < outputs; output += 4) {
        const from = weights + 16 * <usize>(((output >> 2) * taps + tap) * inputs + input);
        store<f32>(to, load<f32>(from));
        store<f32>(to, load<f32>(from, 4), 16);
        store<f32>(to, load<f32>(from, 8), 32);
        store<f32>(to, load<f32>(from, 12), 48);
        to += 64;
      }
    }
  }
}
