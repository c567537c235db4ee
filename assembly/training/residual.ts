/** y ← relu(y + x) over `count` values, a multiple of 4. */
export function addRectified(y: usize, x: usize, count: i32): void {
  const zero = f32x4.splat(0);
  for (const end = y + 4 * <usize>count; y < end; y += 16) {
    v128.store(y, f32x4.pmax(f32x4.add(v128.load(y), v128.load(x)), zero));
    x += 16;
  }
}

/** ∂y ← ∂y where y > 0, 0 elsewhere. */
export function maskGradient(delta: usize, y: usize, count: i32): void {
  const zero = f32x4.splat(0);
  for (const end = y + 4 * <usize>count; y < end; y += 16) {
    v128.store(delta, v128.and(v128.load(delta), f32x4.gt(v128.load(y), zero)));
    delta += 16;
  }
}

/** y ← y + x. */
export function addTo(y: usize, x: usize, count: i32): void {
  for (const end = y + 4 * <usize>count; y < end; y += 16) {
    v128.store(y, f32x4.add(v128.load(y), v128.load(x)));
    x += 16;
  }
}
