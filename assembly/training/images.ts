/** A block `[length, 8]` of 8 samples from as many rows `[8, length]` of float32. */
export function blockFloats(from: usize, to: usize, length: i32): void {
  const row = <usize>length * 4;
  for (const end = from + row; from < end; from += 4) {
    for (let at = from; at < from + 8 * row; at += row) {
      store<f32>(to, load<f32>(at));
      to += 4;
    }
  }
}

/** A block `[length, 8]` from bytes `[8, length]`: a byte b of colour c becomes table[b, c], table `[256, 3]`. */
export function blockBytes(from: usize, to: usize, table: usize, length: i32): void {
  let colour: usize = 0;
  for (const end = from + <usize>length; from < end; from++) {
    for (let at = from; at < from + 8 * <usize>length; at += length) {
      store<f32>(to, load<f32>(table + 12 * <usize>load<u8>(at) + colour));
      to += 4;
    }
    colour = colour === 8 ? 0 : colour + 4;
  }
}
