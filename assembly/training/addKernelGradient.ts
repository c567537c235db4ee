const VALUE: usize = 32;

/** Bytes of a pixel in a panel of 2 input channels, and of 4 output channels. */
const PAIR: usize = 2 * VALUE;
const FOUR: usize = 4 * VALUE;

/**
 * The gradient of a kernel, ∂w[o, tap, i] += Σ x[p at the tap, i] · ∂y[p, o] over samples and pixels p.
 *
 * The table has a record for each of `taps`: the indices of the first pixels in x and in ∂y, and the numbers of rows
 * and columns of pixels for which the tap lies in the image. The gradient has the layout of the kernel,
 * `[outputs / 4, taps, inputs, 4]`. `panels` is memory for copies of x and ∂y in which the pixels of a few channels
 * follow each other, `[inputs / 2, blocks, inputPixels, 2, 8]` and `[outputs / 4, blocks, deltaPixels, 4, 8]`.
 */
export function addKernelGradient(
  input: usize,
  delta: usize,
  gradient: usize,
  panels: usize,
  table: usize,
  taps: i32,
  inputs: i32,
  outputs: i32,
  blocks: i32,
  inputStride: usize,
  deltaStride: usize,
  inputPixels: i32,
  deltaPixels: i32,
  inputWidth: i32,
  deltaWidth: i32,
  stride: i32,
): void {
  const pairs = (inputs + 1) >> 1;
  const inputPanel = PAIR * <usize>(blocks * inputPixels);
  const deltaPanel = FOUR * <usize>(blocks * deltaPixels);
  const deltaPanels = panels + inputPanel * <usize>pairs;
  pack(input, panels, PAIR, pairs, blocks, inputPixels, inputStride, VALUE * <usize>inputs);
  pack(
    delta,
    deltaPanels,
    FOUR,
    outputs >> 2,
    blocks,
    deltaPixels,
    deltaStride,
    VALUE * <usize>outputs,
  );
  for (let four = 0; four < outputs >> 2; four++) {
    for (let pair = 0; pair < pairs; pair++) {
      const x = panels + inputPanel * <usize>pair;
      const dy = deltaPanels + deltaPanel * <usize>four;
      let record = table;
      for (let tap = 0; tap < taps; tap++) {
        tile(
          x + PAIR * <usize>load<u32>(record),
          dy + FOUR * <usize>load<u32>(record, 4),
          gradient + 16 * <usize>((four * taps + tap) * inputs + 2 * pair),
          load<i32>(record, 8),
          FOUR * <usize>load<u32>(record, 12),
          blocks,
          PAIR * <usize>inputPixels,
          FOUR * <usize>deltaPixels,
          PAIR * <usize>stride,
          PAIR * <usize>(stride * inputWidth),
          FOUR * <usize>deltaWidth,
          2 * pair + 1 < inputs,
        );
        record += 16;
      }
    }
  }
}

/** Panels of `width` bytes a pixel from maps of `pixel` bytes a pixel. */
function pack(
  maps: usize,
  panels: usize,
  width: usize,
  count: i32,
  blocks: i32,
  pixels: i32,
  stride: usize,
  pixel: usize,
): void {
  for (let panel = 0; panel < count; panel++) {
    for (let block = 0; block < blocks; block++) {
      let from = maps + width * <usize>panel + stride * <usize>block;
      for (let i = 0; i < pixels; i++) {
        for (const end = panels + width; panels < end; panels += PAIR) {
          v128.store(panels, v128.load(from));
          v128.store(panels, v128.load(from, 16), 16);
          v128.store(panels, v128.load(from, 32), 32);
          v128.store(panels, v128.load(from, 48), 48);
          from += PAIR;
        }
        from += pixel - width;
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
  length: usize,
  blocks: i32,
  inputStride: usize,
  deltaStride: usize,
  inputStep: usize,
  inputRow: usize,
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
      const end = dy + length;
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
        dy += FOUR;
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
