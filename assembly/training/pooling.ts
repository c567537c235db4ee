const VALUE: usize = 32;

/** 2 × 2 max pooling of a block, x `[size, size, channels, 8]` to y `[size / 2, size / 2, channels, 8]`. */
export function pool(x: usize, y: usize, size: i32, channels: i32): void {
  const pixel = VALUE * <usize>channels;
  const row = pixel * size;
  for (let line = 0; line < size; line += 2) {
    for (let column = 0; column < size; column += 2) {
      for (const end = x + pixel; x < end; x += 16) {
        const top = f32x4.pmax(v128.load(x), v128.load(x + pixel));
        const bottom = f32x4.pmax(v128.load(x + row), v128.load(x + row + pixel));
        v128.store(y, f32x4.pmax(top, bottom));
        y += 16;
      }
      x += pixel;
    }
    x += row;
  }
}

/** The gradient of `pool`: ∂y goes to the first of the greatest values of each window, row by row. */
export function poolGradient(
  x: usize,
  y: usize,
  deltaX: usize,
  deltaY: usize,
  size: i32,
  channels: i32,
): void {
  const pixel = VALUE * <usize>channels;
  const row = pixel * size;
  for (let line = 0; line < size; line += 2) {
    for (let column = 0; column < size; column += 2) {
      for (const end = x + pixel; x < end; x += 16) {
        const most = v128.load(y);
        const delta = v128.load(deltaY);
        let taken = f32x4.eq(v128.load(x), most);
        v128.store(deltaX, v128.and(delta, taken));
        let here = v128.andnot(f32x4.eq(v128.load(x + pixel), most), taken);
        v128.store(deltaX + pixel, v128.and(delta, here));
        taken = v128.or(taken, here);
        here = v128.andnot(f32x4.eq(v128.load(x + row), most), taken);
        v128.store(deltaX + row, v128.and(delta, here));
        taken = v128.or(taken, here);
        here = v128.andnot(f32x4.eq(v128.load(x + row + pixel), most), taken);
        v128.store(deltaX + row + pixel, v128.and(delta, here));
        y += 16;
        deltaY += 16;
        deltaX += 16;
      }
      x += pixel;
      deltaX += pixel;
    }
    x += row;
    deltaX += row;
  }
}
