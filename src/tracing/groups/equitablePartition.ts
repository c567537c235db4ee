import { hashPair } from '../labels/indexMap';

/** Pairs of elements: `from[i]` goes to `to[i]`. Arrows are distinguished by their index. */
export interface Arrow {
  readonly from: Int32Array;
  readonly to: Int32Array;
}

/**
 * The coarsest equitable partition that refines `colours`, by colour refinement. Elements of one class have equally
 * many neighbours in each class, along every arrow and in both directions. No symmetry moves an element out of its
 * class.
 *
 * @returns The class of each element, numbered by first appearance, and the number of classes.
 */
export function equitablePartition(
  colours: Int32Array,
  arrows: readonly Arrow[],
): { classes: Int32Array; count: number } {
  const elements = colours.length;
  const low = new Int32Array(elements);
  const high = new Int32Array(elements);
  let { classes, count } = renumber(colours, low, high);
  for (;;) {
    low.fill(0);
    high.fill(0);
    for (const [number, { from, to }] of arrows.entries()) {
      const [forth, back] = [hashPair(number, 1), hashPair(number, 2)];
      for (let i = 0; i < from.length; i++) {
        const [a, b] = [from[i], to[i]];
        low[a] = (low[a] + hashPair(forth, classes[b])) | 0;
        high[a] = (high[a] + hashPair(classes[b], forth)) | 0;
        low[b] = (low[b] + hashPair(back, classes[a])) | 0;
        high[b] = (high[b] + hashPair(classes[a], back)) | 0;
      }
    }
    const next = renumber(classes, low, high);
    classes = next.classes;
    if (next.count === count) return { classes, count };
    count = next.count;
  }
}

/** The number of each triple (colour, low, high), by first appearance. */
function renumber(
  colours: Int32Array,
  low: Int32Array,
  high: Int32Array,
): { classes: Int32Array; count: number } {
  const elements = colours.length;
  // Open addressing: a slot holds one plus an element with the triple; 0 is empty.
  const slots = new Int32Array(2 ** Math.ceil(Math.log2(2 * elements + 2)));
  const classes = new Int32Array(elements);
  let count = 0;
  for (let e = 0; e < elements; e++) {
    let slot = hashPair(hashPair(colours[e], low[e]), high[e]) & (slots.length - 1);
    for (;;) {
      const other = slots[slot] - 1;
      if (other < 0) {
        slots[slot] = e + 1;
        classes[e] = count++;
        break;
      }
      if (colours[other] === colours[e] && low[other] === low[e] && high[other] === high[e]) {
        classes[e] = classes[other];
        break;
      }
      slot = (slot + 1) & (slots.length - 1);
    }
  }
  return { classes, count };
}
