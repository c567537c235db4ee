import { ensure, place } from './memory';

/** A binary heap of numbered nodes with the least key on top. It is at the end of memory, so that it can grow. */
let heap: usize = 0;
let heapRoom = 0;
export let heapSize = 0;

/** Places an empty heap with an initial capacity in nodes. It grows, so no array may be placed after it. */
export function placeHeap(room: i32): void {
  heapRoom = room;
  heap = changetype<usize>(place<v128>(room));
  heapSize = 0;
}

/** Removes all nodes. */
export function clearHeap(): void {
  heapSize = 0;
}

/** Adds a node. */
export function push(key: f64, node: i32): void {
  if (heapSize === heapRoom) grow();
  let at = heapSize++;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    const above = keyAt(parent);
    if (above <= key) break;
    setEntry(at, above, nodeAt(parent));
    at = parent;
  }
  setEntry(at, key, node);
}

/** Removes the node with the least key, which is in entry 0. */
export function pop(): void {
  const size = --heapSize;
  const key = keyAt(size);
  const node = nodeAt(size);
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= size) break;
    if (child + 1 < size && keyAt(child + 1) < keyAt(child)) child++;
    const below = keyAt(child);
    if (below >= key) break;
    setEntry(at, below, nodeAt(child));
    at = child;
  }
  setEntry(at, key, node);
}

function grow(): void {
  heapRoom *= 2;
  // The caller treats a trap as "not available".
  if (!ensure(<u64>heap + ((<u64>heapRoom) << 4))) unreachable();
}

/** The address of an entry of 16 bytes: a key, then its node. */
function entry(at: i32): usize {
  return heap + ((<usize>at) << 4);
}

export function keyAt(at: i32): f64 {
  return load<f64>(entry(at));
}

export function nodeAt(at: i32): i32 {
  return load<i32>(entry(at), 8);
}

function setEntry(at: i32, key: f64, node: i32): void {
  store<f64>(entry(at), key);
  store<i32>(entry(at), node, 8);
}
