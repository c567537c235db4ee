/** Adds the sum of four lanes to the value at an address. */
export function addLanes(to: usize, sums: v128): void {
  const low = f32x4.extract_lane(sums, 0) + f32x4.extract_lane(sums, 1);
  const high = f32x4.extract_lane(sums, 2) + f32x4.extract_lane(sums, 3);
  store<f32>(to, load<f32>(to) + (low + high));
}
