/** Float32 values with room to sort stretches of them. */
export interface SortableValues {
  readonly values: Float32Array;
  /** The same memory as bits. */
  readonly bits: Uint32Array;
  /** As long as the longest stretch. */
  readonly scratch: Uint32Array;
}

/** Room to sort stretches of at most `longest` values. */
export function sortable(values: Float32Array, longest: number): SortableValues {
  return {
    values,
    bits: new Uint32Array(values.buffer, values.byteOffset, values.length),
    scratch: new Uint32Array(longest),
  };
}

/** Up to this length insertion is faster. */
const INSERTION = 32;

/** Up to this length the sort of the platform is faster than a radix sort. */
const PLATFORM = 64;

/** From this length three passes over digits of 11 bits are faster than four over 8. */
const LONG = 1500;

const SHORT_DIGITS = { bits: 8, counts: new Int32Array(4 * 2 ** 8) };
const LONG_DIGITS = { bits: 11, counts: new Int32Array(3 * 2 ** 11) };

/**
 * Sorts the values at `from` … `to` − 1 in ascending order: a radix sort of their bits, least significant digit
 * first. NaN is not allowed; −0 comes before 0.
 */
export function sortStretch(sorted: SortableValues, from: number, to: number): void {
  const length = to - from;
  if (length <= INSERTION) insertionSort(sorted.values, from, to);
  else if (length <= PLATFORM) sorted.values.subarray(from, to).sort();
  else if (length < LONG) fourPasses(sorted, from, length);
  else threePasses(sorted, from, length);
}

function insertionSort(values: Float32Array, from: number, to: number): void {
  for (let i = from + 1; i < to; i++) {
    const value = values[i];
    let at = i;
    for (; at > from && values[at - 1] > value; at--) values[at] = values[at - 1];
    values[at] = value;
  }
}

function fourPasses({ bits, scratch }: SortableValues, from: number, length: number): void {
  const { counts } = SHORT_DIGITS;
  counts.fill(0);
  for (let i = from; i < from + length; i++) {
    const key = keyOf(bits[i]);
    bits[i] = key;
    counts[key & 255]++;
    counts[256 + ((key >>> 8) & 255)]++;
    counts[512 + ((key >>> 16) & 255)]++;
    counts[768 + (key >>> 24)]++;
  }
  startsOf(counts, 8);
  scatter(bits, from, scratch, 0, length, counts, 0, 8);
  scatter(scratch, 0, bits, from, length, counts, 1, 8);
  scatter(bits, from, scratch, 0, length, counts, 2, 8);
  scatter(scratch, 0, bits, from, length, counts, 3, 8);
  for (let i = from; i < from + length; i++) bits[i] = bitsOf(bits[i]);
}

function threePasses({ bits, scratch }: SortableValues, from: number, length: number): void {
  const { counts } = LONG_DIGITS;
  counts.fill(0);
  for (let i = 0; i < length; i++) {
    const key = keyOf(bits[from + i]);
    scratch[i] = key;
    counts[key & 2047]++;
    counts[2048 + ((key >>> 11) & 2047)]++;
    counts[4096 + (key >>> 22)]++;
  }
  startsOf(counts, 11);
  scatter(scratch, 0, bits, from, length, counts, 0, 11);
  scatter(bits, from, scratch, 0, length, counts, 1, 11);
  scatter(scratch, 0, bits, from, length, counts, 2, 11);
  for (let i = from; i < from + length; i++) bits[i] = bitsOf(bits[i]);
}

/** The bits of a float as an integer of the same order: all flipped if it is negative, else the sign alone. */
function keyOf(bits: number): number {
  return (bits ^ ((bits >> 31) | 0x80000000)) >>> 0;
}

function bitsOf(key: number): number {
  return (key ^ (~(key >> 31) | 0x80000000)) >>> 0;
}

/** Turns the counts of each digit into the index of its first key. */
function startsOf(counts: Int32Array, bits: number): void {
  const radix = 1 << bits;
  for (let first = 0; first < counts.length; first += radix) {
    let start = 0;
    for (let at = first; at < first + radix; at++) {
      const count = counts[at];
      counts[at] = start;
      start += count;
    }
  }
}

/** One pass: moves keys in the order of one digit. */
function scatter(
  source: Uint32Array,
  sourceFrom: number,
  target: Uint32Array,
  targetFrom: number,
  length: number,
  starts: Int32Array,
  digit: number,
  bits: number,
): void {
  const [shift, mask, first] = [digit * bits, (1 << bits) - 1, digit << bits];
  for (let i = sourceFrom; i < sourceFrom + length; i++) {
    const key = source[i];
    target[targetFrom + starts[first + ((key >>> shift) & mask)]++] = key;
  }
}
