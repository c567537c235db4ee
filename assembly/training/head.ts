import { addLanes } from './addLanes';

const VALUE: usize = 32;

/** The mean over pixels of a block, x `[pixels, channels, 8]` to y `[channels, 8]`. */
export function averagePixels(x: usize, y: usize, pixels: i32, channels: i32): void {
  const share = f32x4.splat(<f32>1 / <f32>pixels);
  const step = VALUE * <usize>channels;
  const length = step * <usize>pixels;
  for (let first: usize = 0; first < step; first += 16) {
    let sum = f32x4.splat(0);
    for (let at = first; at < length; at += step) sum = f32x4.add(v128.load(x + at), sum);
    v128.store(y + first, f32x4.mul(sum, share));
  }
}

/** y = W x + b of a block: x `[inputs, 8]`, W `[outputs, inputs]`, b `[outputs]`, y `[outputs, 8]`. */
export function dense(
  x: usize,
  weights: usize,
  bias: usize,
  y: usize,
  inputs: i32,
  outputs: i32,
): void {
  for (let output = 0; output < outputs; output++) {
    let sum0 = v128.load32_splat(bias);
    let sum1 = sum0;
    for (let input = 0; input < inputs; input++) {
      const from = x + VALUE * <usize>input;
      const weight = v128.load32_splat(weights);
      sum0 = f32x4.add(f32x4.mul(weight, v128.load(from)), sum0);
      sum1 = f32x4.add(f32x4.mul(weight, v128.load(from, 16)), sum1);
      weights += 4;
    }
    v128.store(y, sum0);
    v128.store(y, sum1, 16);
    y += VALUE;
    bias += 4;
  }
}

/** The gradients of `dense`: ∂W += ∂y xᵀ, ∂b += Σ ∂y, ∂x = Wᵀ ∂y. */
export function denseGradient(
  x: usize,
  weights: usize,
  deltaY: usize,
  weightGradient: usize,
  biasGradient: usize,
  deltaX: usize,
  inputs: i32,
  outputs: i32,
): void {
  memory.fill(deltaX, 0, VALUE * <usize>inputs);
  for (let output = 0; output < outputs; output++) {
    const delta0 = v128.load(deltaY);
    const delta1 = v128.load(deltaY, 16);
    addLanes(biasGradient, f32x4.add(delta0, delta1));
    for (let input = 0; input < inputs; input++) {
      const from = x + VALUE * <usize>input;
      const to = deltaX + VALUE * <usize>input;
      const weight = v128.load32_splat(weights);
      const products = f32x4.mul(delta0, v128.load(from));
      addLanes(weightGradient, f32x4.add(f32x4.mul(delta1, v128.load(from, 16)), products));
      v128.store(to, f32x4.add(f32x4.mul(weight, delta0), v128.load(to)));
      v128.store(to, f32x4.add(f32x4.mul(weight, delta1), v128.load(to, 16)), 16);
      weights += 4;
      weightGradient += 4;
    }
    deltaY += VALUE;
    biasGradient += 4;
  }
}

/** The gradient of `averagePixels`. */
export function spreadGradient(deltaY: usize, deltaX: usize, pixels: i32, channels: i32): void {
  const share = f32x4.splat(<f32>1 / <f32>pixels);
  const step = VALUE * <usize>channels;
  for (let pixel = 0; pixel < pixels; pixel++) {
    for (let at: usize = 0; at < step; at += 16) {
      v128.store(deltaX + at, f32x4.mul(share, v128.load(deltaY + at)));
    }
    deltaX += step;
  }
}
