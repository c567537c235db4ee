/**
 * A step of gradient descent with momentum over `count` parameters, a multiple of 4:
 *
 *     v ← m ⊙ (momentum · v + g + decay · w)      w ← m ⊙ (w − rate · v)
 *
 * with the mask m, which is 1 everywhere if its address is 0.
 */
export function descend(
  weights: usize,
  gradient: usize,
  velocity: usize,
  mask: usize,
  count: i32,
  rate: f32,
  momentum: f32,
  decay: f32,
): void {
  const rates = f32x4.splat(rate);
  const momenta = f32x4.splat(momentum);
  const decays = f32x4.splat(decay);
  let kept = f32x4.splat(1);
  const end = <usize>count * 4;
  for (let at: usize = 0; at < end; at += 16) {
    if (mask) kept = v128.load(mask + at);
    const w = v128.load(weights + at);
    const slope = f32x4.add(v128.load(gradient + at), f32x4.mul(decays, w));
    const v = f32x4.mul(kept, f32x4.add(f32x4.mul(momenta, v128.load(velocity + at)), slope));
    v128.store(velocity + at, v);
    v128.store(weights + at, f32x4.mul(kept, f32x4.sub(w, f32x4.mul(rates, v))));
  }
}
