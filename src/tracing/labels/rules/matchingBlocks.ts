/** The shortest runs of axes of both shapes with equally many positions, without axes of one position. */
export function matchingBlocks(
  before: readonly number[],
  after: readonly number[],
): { from: number[]; to: number[] }[] {
  const telling = (shape: readonly number[]) =>
    shape.flatMap((size, axis) => (size === 1 ? [] : [axis]));
  const [old, next] = [telling(before), telling(after)];
  const blocks: { from: number[]; to: number[] }[] = [];
  let [i, j] = [0, 0];
  while (i < old.length && j < next.length) {
    const block = { from: [old[i]], to: [next[j]] };
    let [left, right] = [before[old[i++]], after[next[j++]]];
    while (left !== right) {
      if (left < right) {
        block.from.push(old[i]);
        left *= before[old[i++]];
      } else {
        block.to.push(next[j]);
        right *= after[next[j++]];
      }
    }
    blocks.push(block);
  }
  return blocks;
}
