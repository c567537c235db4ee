/** A binary heap of numbered nodes with the least key on top. */
export interface Heap {
  size: number;
  keys: Float64Array;
  nodes: Int32Array;
}

/** An empty heap with an initial capacity in nodes. It grows on demand. */
export function createHeap(capacity: number): Heap {
  return { size: 0, keys: new Float64Array(capacity), nodes: new Int32Array(capacity) };
}

/** Adds a node. */
export function push(heap: Heap, key: number, node: number): void {
  if (heap.size === heap.keys.length) grow(heap);
  const { keys, nodes } = heap;
  let at = heap.size++;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (keys[parent] <= key) break;
    keys[at] = keys[parent];
    nodes[at] = nodes[parent];
    at = parent;
  }
  keys[at] = key;
  nodes[at] = node;
}

/** Removes the node with the least key, which is in `keys[0]` and `nodes[0]`. */
export function pop(heap: Heap): void {
  const { keys, nodes } = heap;
  const size = --heap.size;
  const key = keys[size];
  const node = nodes[size];
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= size) break;
    if (child + 1 < size && keys[child + 1] < keys[child]) child++;
    if (keys[child] >= key) break;
    keys[at] = keys[child];
    nodes[at] = nodes[child];
    at = child;
  }
  keys[at] = key;
  nodes[at] = node;
}

function grow(heap: Heap): void {
  const { keys, nodes } = heap;
  heap.keys = new Float64Array(2 * keys.length + 16);
  heap.keys.set(keys);
  heap.nodes = new Int32Array(heap.keys.length);
  heap.nodes.set(nodes);
}
