import type { Input } from './fuzzedParser';

/** The most bytes of an input that are kept. */
const MOST_BYTES = 2 ** 22;

/** The input that is being parsed, in memory that two threads share: it outlives a thread that hangs or crashes. */
export interface CurrentInput {
  set(input: Input): void;
  get(): Input;
  /** The number of inputs so far. */
  count(): number;
}

/** Memory for {@link currentInput}. */
export function inputMemory(): SharedArrayBuffer {
  return new SharedArrayBuffer(HEAD_BYTES + MOST_BYTES);
}

/** The input in a memory that `inputMemory` made. */
export function currentInput(memory: SharedArrayBuffer): CurrentInput {
  const head = new Int32Array(memory, 0, HEAD_BYTES / 4); // The count, the length, and 1 for a text.
  const bytes = new Uint8Array(memory, HEAD_BYTES);
  return {
    set(input) {
      const isText = typeof input === 'string';
      const own = isText ? Buffer.from(input, 'utf16le') : input;
      bytes.set(own.subarray(0, MOST_BYTES));
      head[1] = Math.min(own.length, MOST_BYTES);
      head[2] = isText ? 1 : 0;
      head[0]++;
    },
    get() {
      const own = bytes.slice(0, head[1]);
      return head[2] === 1 ? Buffer.from(own).toString('utf16le') : own;
    },
    count: () => head[0],
  };
}

const HEAD_BYTES = 16;
