const VALUE: usize = 32;

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

/**
 * The gradient of a kernel, ∂w[o, tap, i] += Σ x[p at the tap, i] · ∂y[p, o] over samples and pixels p.
 *
 * The table has a record for each of `taps`: offsets in bytes of the first pixels in x and in ∂y, and the numbers of
 * rows and columns of pixels for which the tap lies in the image. Steps are distances in bytes of pixels in a row,
 * and of rows. The gradient has the layout of the kernel, `[outputs / 4, taps, inputs, 4]`.
 */
export function addKernelGradient(
  input: usize,
  delta: usize,
  gradient: usize,
  table: usize,
  taps: i32,
  inputs: i32,
  outputs: i32,
  blocks: i32,
  inputStride: usize,
  deltaStride: usize,
  inputStep: usize,
  inputRow: usize,
  deltaRow: usize,
): void {
  for (let tap = 0; tap < taps; tap++) {
    const x = input + <usize>load<u32>(table);
    const dy = delta + <usize>load<u32>(table, 4);
    const rows = load<i32>(table, 8);
    const columns = load<i32>(table, 12);
    table += 16;
    for (let output = 0; output < outputs; output += 4) {
      let to = gradient + 16 * <usize>(((output >> 2) * taps + tap) * inputs);
      for (let channel = 0; channel < inputs; channel += 2) {
        tile(
          x + VALUE * <usize>channel,
          dy + VALUE * <usize>output,
          to,
          rows,
          columns,
          blocks,
          inputStride,
          deltaStride,
          inputStep,
          inputRow,
          VALUE * <usize>outputs,
          deltaRow,
          channel + 1 < inputs,
        );
        to += 32;
      }
    }
  }
}

/** The gradients of 2 input channels × 4 output channels at a tap; of the first input channel alone unless `both`. */
function tile(
  input: usize,
  delta: usize,
  to: usize,
  rows: i32,
  columns: i32,
  blocks: i32,
  inputStride: usize,
  deltaStride: usize,
  inputStep: usize,
  inputRow: usize,
  deltaStep: usize,
  deltaRow: usize,
  both: bool,
): void {
  let a0 = f32x4.splat(0);
  let a1 = f32x4.splat(0);
  let a2 = f32x4.splat(0);
  let a3 = f32x4.splat(0);
  let b0 = f32x4.splat(0);
  let b1 = f32x4.splat(0);
  let b2 = f32x4.splat(0);
  let b3 = f32x4.splat(0);
  for (let block = 0; block < blocks; block++) {
    // A turn for each half of the samples: with both at once, V8 would run out of registers.
    for (let row = 0; row < 2 * rows; row++) {
      const half = 16 * (<usize>row & 1);
      let x = input + half + <usize>block * inputStride + <usize>(row >> 1) * inputRow;
      let dy = delta + half + <usize>block * deltaStride + <usize>(row >> 1) * deltaRow;
      const end = dy + <usize>columns * deltaStep;
      while (dy < end) {
        const xa = v128.load(x);
        const xb = v128.load(x, 32);
        let each = v128.load(dy);
        a0 = f32x4.add(f32x4.mul(each, xa), a0);
        b0 = f32x4.add(f32x4.mul(each, xb), b0);
        each = v128.load(dy, 32);
        a1 = f32x4.add(f32x4.mul(each, xa), a1);
        b1 = f32x4.add(f32x4.mul(each, xb), b1);
        each = v128.load(dy, 64);
        a2 = f32x4.add(f32x4.mul(each, xa), a2);
        b2 = f32x4.add(f32x4.mul(each, xb), b2);
        each = v128.load(dy, 96);
        a3 = f32x4.add(f32x4.mul(each, xa), a3);
        b3 = f32x4.add(f32x4.mul(each, xb), b3);
        x += inputStep;
        dy += deltaStep;
      }
    }
  }
  v128.store(to, f32x4.add(v128.load(to), laneSums(a0, a1, a2, a3)));
  if (both) v128.store(to, f32x4.add(v128.load(to, 16), laneSums(b0, b1, b2, b3)), 16);
}

/** The sums of the lanes of four vectors. */
function laneSums(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = f32x4.add(v128.shuffle<f32>(a, b, 0, 4, 1, 5), v128.shuffle<f32>(a, b, 2, 6, 3, 7));
  const cd = f32x4.add(v128.shuffle<f32>(c, d, 0, 4, 1, 5), v128.shuffle<f32>(c, d, 2, 6, 3, 7));
  return f32x4.add(v128.shuffle<f32>(ab, cd, 0, 1, 4, 5), v128.shuffle<f32>(ab, cd, 2, 3, 6, 7));
}
