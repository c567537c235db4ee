/** Bytes of the 8 samples of a value; bytes of a record in the table of `convolve`. */
const VALUE: usize = 32;
const RECORD: usize = 48;

/**
 * A convolution as sums over runs of consecutive values: for each output pixel p and each channel c,
 *
 *     y[p, c] = Σ_runs Σ_k x[run.input + k] · w[c, run.weight + k]      0 ≤ k < run.count
 *
 * The table has a record for each of `pixels` output pixels: 4 runs of (input, weight, count), where input and
 * weight are offsets in bytes. The weights are `[channels / 4, depth, 4]`, `depth` values for each channel. With
 * `accumulate` the sums are added to y. A tile of 8 samples × 4 channels stays in registers.
 */
export function convolve(
  input: usize,
  weights: usize,
  output: usize,
  table: usize,
  pixels: i32,
  channels: i32,
  depth: i32,
  blocks: i32,
  inputStride: usize,
  outputStride: usize,
  accumulate: bool,
): void {
  const pixelStride = VALUE * <usize>channels;
  for (let channel = 0; channel < channels; channel += 4) {
    for (let block = 0; block < blocks; block++) {
      let record = table;
      let y = output + <usize>block * outputStride + VALUE * <usize>channel;
      for (let pixel = 0; pixel < pixels; pixel++) {
        tile(input + <usize>block * inputStride, weights, y, record, accumulate);
        record += RECORD;
        y += pixelStride;
      }
    }
    weights += 16 * <usize>depth;
  }
}

function tile(input: usize, weights: usize, y: usize, record: usize, accumulate: bool): void {
  let sum00 = f32x4.splat(0);
  let sum01 = f32x4.splat(0);
  let sum10 = f32x4.splat(0);
  let sum11 = f32x4.splat(0);
  let sum20 = f32x4.splat(0);
  let sum21 = f32x4.splat(0);
  let sum30 = f32x4.splat(0);
  let sum31 = f32x4.splat(0);
  if (accumulate) {
    sum00 = v128.load(y);
    sum01 = v128.load(y, 16);
    sum10 = v128.load(y, 32);
    sum11 = v128.load(y, 48);
    sum20 = v128.load(y, 64);
    sum21 = v128.load(y, 80);
    sum30 = v128.load(y, 96);
    sum31 = v128.load(y, 112);
  }
  for (const end = record + RECORD; record < end; record += 12) {
    const count = load<i32>(record, 8);
    if (count === 0) break;
    let x = input + <usize>load<u32>(record);
    let w = weights + <usize>load<u32>(record, 4);
    const last = x + VALUE * <usize>count;
    while (x < last) {
      const x0 = v128.load(x);
      const x1 = v128.load(x, 16);
      let each = v128.load32_splat(w);
      sum00 = f32x4.add(f32x4.mul(each, x0), sum00);
      sum01 = f32x4.add(f32x4.mul(each, x1), sum01);
      each = v128.load32_splat(w, 4);
      sum10 = f32x4.add(f32x4.mul(each, x0), sum10);
      sum11 = f32x4.add(f32x4.mul(each, x1), sum11);
      each = v128.load32_splat(w, 8);
      sum20 = f32x4.add(f32x4.mul(each, x0), sum20);
      sum21 = f32x4.add(f32x4.mul(each, x1), sum21);
      each = v128.load32_splat(w, 12);
      sum30 = f32x4.add(f32x4.mul(each, x0), sum30);
      sum31 = f32x4.add(f32x4.mul(each, x1), sum31);
      x += VALUE;
      w += 16;
    }
  }
  v128.store(y, sum00);
  v128.store(y, sum01, 16);
  v128.store(y, sum10, 32);
  v128.store(y, sum11, 48);
  v128.store(y, sum20, 64);
  v128.store(y, sum21, 80);
  v128.store(y, sum30, 96);
  v128.store(y, sum31, 112);
}
