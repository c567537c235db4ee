import { addLanes } from './addLanes';

const VALUE: usize = 32;
const EPSILON: f32 = 1e-5;

/**
 * Layer normalisation of a block of 8 samples, each over its pixels and channels, and ReLU if `rectify`:
 *
 *     x̂ = (x − μ) · r      r = 1/√(σ² + ε)      y = γ ⊙ x̂ + β
 *
 * x `[pixels, channels, 8]` becomes x̂ in place; r is stored at `inverse` `[8]`.
 */
export function normalise(
  x: usize,
  y: usize,
  scale: usize,
  shift: usize,
  inverse: usize,
  pixels: i32,
  channels: i32,
  rectify: bool,
): void {
  const values = pixels * channels;
  const share = f32x4.splat(<f32>1 / <f32>values);
  let sum0 = f32x4.splat(0);
  let sum1 = f32x4.splat(0);
  let sum2 = f32x4.splat(0);
  let sum3 = f32x4.splat(0);
  const end = x + VALUE * <usize>values;
  for (let at = x; at < end; at += 64) {
    sum0 = f32x4.add(v128.load(at), sum0);
    sum1 = f32x4.add(v128.load(at, 16), sum1);
    sum2 = f32x4.add(v128.load(at, 32), sum2);
    sum3 = f32x4.add(v128.load(at, 48), sum3);
  }
  const mean0 = f32x4.mul(f32x4.add(sum0, sum2), share);
  const mean1 = f32x4.mul(f32x4.add(sum1, sum3), share);
  sum0 = f32x4.splat(0);
  sum1 = f32x4.splat(0);
  sum2 = f32x4.splat(0);
  sum3 = f32x4.splat(0);
  for (let at = x; at < end; at += 64) {
    const d0 = f32x4.sub(v128.load(at), mean0);
    const d1 = f32x4.sub(v128.load(at, 16), mean1);
    const d2 = f32x4.sub(v128.load(at, 32), mean0);
    const d3 = f32x4.sub(v128.load(at, 48), mean1);
    sum0 = f32x4.add(f32x4.mul(d0, d0), sum0);
    sum1 = f32x4.add(f32x4.mul(d1, d1), sum1);
    sum2 = f32x4.add(f32x4.mul(d2, d2), sum2);
    sum3 = f32x4.add(f32x4.mul(d3, d3), sum3);
  }
  const r0 = inverseRoot(f32x4.mul(f32x4.add(sum0, sum2), share));
  const r1 = inverseRoot(f32x4.mul(f32x4.add(sum1, sum3), share));
  v128.store(inverse, r0);
  v128.store(inverse, r1, 16);
  const least = f32x4.splat(rectify ? 0 : -f32.MAX_VALUE);
  while (x < end) {
    for (let channel = 0; channel < channels; channel++) {
      const gamma = v128.load32_splat(scale + 4 * <usize>channel);
      const beta = v128.load32_splat(shift + 4 * <usize>channel);
      const z0 = f32x4.mul(f32x4.sub(v128.load(x), mean0), r0);
      const z1 = f32x4.mul(f32x4.sub(v128.load(x, 16), mean1), r1);
      v128.store(x, z0);
      v128.store(x, z1, 16);
      v128.store(y, f32x4.pmax(f32x4.add(f32x4.mul(gamma, z0), beta), least));
      v128.store(y, f32x4.pmax(f32x4.add(f32x4.mul(gamma, z1), beta), least), 16);
      x += VALUE;
      y += VALUE;
    }
  }
}

function inverseRoot(variance: v128): v128 {
  return f32x4.div(f32x4.splat(1), f32x4.sqrt(f32x4.add(variance, f32x4.splat(EPSILON))));
}

/**
 * The gradients of `normalise`. With δ = ∂y where y > 0 if `rectify`, ∂y everywhere else, and g = γ ⊙ δ,
 *
 *     ∂γ += Σ δ ⊙ x̂      ∂β += Σ δ      ∂x = r · (g − mean(g) − x̂ · mean(g ⊙ x̂))
 *
 * where sums are over pixels and samples, means over pixels and channels. ∂x takes the place of x̂.
 */
export function normaliseGradient(
  delta: usize,
  y: usize,
  x: usize,
  scale: usize,
  scaleGradient: usize,
  shiftGradient: usize,
  inverse: usize,
  pixels: i32,
  channels: i32,
  rectify: bool,
): void {
  const keep = i32x4.splat(rectify ? 0 : -1);
  const zero = f32x4.splat(0);
  const step = VALUE * <usize>channels;
  const length = step * <usize>pixels;
  let mean0 = zero;
  let mean1 = zero;
  let slope0 = zero;
  let slope1 = zero;
  for (let channel = 0; channel < channels; channel++) {
    const first = VALUE * <usize>channel;
    let sum0 = zero;
    let sum1 = zero;
    let product0 = zero;
    let product1 = zero;
    for (let at = first; at < length; at += step) {
      const mask0 = v128.or(keep, f32x4.gt(v128.load(y + at), zero));
      const mask1 = v128.or(keep, f32x4.gt(v128.load(y + at, 16), zero));
      const d0 = v128.and(v128.load(delta + at), mask0);
      const d1 = v128.and(v128.load(delta + at, 16), mask1);
      sum0 = f32x4.add(d0, sum0);
      sum1 = f32x4.add(d1, sum1);
      product0 = f32x4.add(f32x4.mul(d0, v128.load(x + at)), product0);
      product1 = f32x4.add(f32x4.mul(d1, v128.load(x + at, 16)), product1);
    }
    const offset = <usize>channel * 4;
    const gamma = v128.load32_splat(scale + offset);
    mean0 = f32x4.add(f32x4.mul(gamma, sum0), mean0);
    mean1 = f32x4.add(f32x4.mul(gamma, sum1), mean1);
    slope0 = f32x4.add(f32x4.mul(gamma, product0), slope0);
    slope1 = f32x4.add(f32x4.mul(gamma, product1), slope1);
    addLanes(shiftGradient + offset, f32x4.add(sum0, sum1));
    addLanes(scaleGradient + offset, f32x4.add(product0, product1));
  }
  const share = f32x4.splat(<f32>1 / <f32>(pixels * channels));
  mean0 = f32x4.mul(mean0, share);
  mean1 = f32x4.mul(mean1, share);
  slope0 = f32x4.mul(slope0, share);
  slope1 = f32x4.mul(slope1, share);
  const r0 = v128.load(inverse);
  const r1 = v128.load(inverse, 16);
  for (let at: usize = 0; at < length; ) {
    for (let channel = 0; channel < channels; channel++) {
      const gamma = v128.load32_splat(scale + 4 * <usize>channel);
      const mask0 = v128.or(keep, f32x4.gt(v128.load(y + at), zero));
      const mask1 = v128.or(keep, f32x4.gt(v128.load(y + at, 16), zero));
      const g0 = f32x4.mul(gamma, v128.and(v128.load(delta + at), mask0));
      const g1 = f32x4.mul(gamma, v128.and(v128.load(delta + at, 16), mask1));
      const z0 = f32x4.mul(v128.load(x + at), slope0);
      const z1 = f32x4.mul(v128.load(x + at, 16), slope1);
      v128.store(x + at, f32x4.mul(r0, f32x4.sub(f32x4.sub(g0, mean0), z0)));
      v128.store(x + at, f32x4.mul(r1, f32x4.sub(f32x4.sub(g1, mean1), z1)), 16);
      at += VALUE;
    }
  }
}
