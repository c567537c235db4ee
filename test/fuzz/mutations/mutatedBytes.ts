import fc from 'fast-check';

/** Bytes with up to six changes: bits, integers, cuts, repeats, and parts of other seeds. */
export function mutatedBytes(seeds: readonly Uint8Array[]): fc.Arbitrary<Uint8Array> {
  const places = seeds.map(placesOf);
  return fc
    .tuple(fc.nat(seeds.length - 1), fc.array(edit, { minLength: 1, maxLength: 6 }))
    .map(([seed, edits]) =>
      edits.reduce(
        (bytes, each) => changed(bytes, each, places[seed], seeds[each.other % seeds.length]),
        seeds[seed],
      ),
    );
}

/** The most bytes of an input. */
const MOST_BYTES = 2 ** 16;

/** A change. Its numbers are used modulo what they choose from. */
interface Edit {
  readonly kind: 'flip' | 'byte' | 'integer' | 'cut' | 'remove' | 'repeat' | 'move' | 'splice';
  readonly place: number;
  readonly other: number;
  readonly length: number;
  readonly value: bigint;
  readonly width: number;
  readonly isBigEndian: boolean;
}

const number = fc.noShrink(fc.nat(2 ** 30));

/** Integers at which lengths and offsets go wrong. */
const INTEGERS = [
  ...[0n, 1n, 2n, 127n, 128n, 255n, 256n, 65535n, 2n ** 24n, 2n ** 31n - 1n, 2n ** 31n],
  ...[2n ** 32n - 1n, 2n ** 32n, 2n ** 40n, 2n ** 53n, 2n ** 62n, 2n ** 63n - 1n, 2n ** 64n - 1n],
];

const edit: fc.Arbitrary<Edit> = fc.record({
  kind: fc.constantFrom(
    ...(['flip', 'byte', 'byte', 'integer', 'integer', 'remove', 'repeat'] as const),
    ...(['move', 'splice', 'cut'] as const),
  ),
  place: number,
  other: number,
  length: fc.noShrink(fc.oneof(fc.nat(16), fc.nat(300))),
  value: fc.noShrink(fc.oneof(fc.constantFrom(...INTEGERS), fc.bigInt(0n, 300n))),
  width: fc.constantFrom(1, 2, 4, 8),
  isBigEndian: fc.boolean(),
});

/** The bytes after a change. The input is not changed. */
function changed(
  bytes: Uint8Array,
  { kind, place, other, length, value, width, isBigEndian }: Edit,
  places: readonly number[],
  seed: Uint8Array,
): Uint8Array {
  const at = Math.min(places[place % places.length] ?? 0, Math.max(0, bytes.length - 1));
  const from = other % Math.max(1, bytes.length);
  const copy = bytes.slice();
  switch (kind) {
    case 'flip':
      copy[at] ^= 1 << (length % 8);
      return copy;
    case 'byte':
      copy[at] = Number(value & 255n);
      return copy;
    case 'integer':
      copy.set(integerBytes(value, width, isBigEndian).subarray(0, bytes.length - at), at);
      return copy;
    case 'cut':
      return bytes.slice(0, at);
    case 'remove':
      return joined(bytes.subarray(0, at), bytes.subarray(at + length));
    case 'repeat': {
      const block = bytes.subarray(at, at + length);
      const most = Math.floor((MOST_BYTES - bytes.length) / Math.max(1, block.length));
      const times = Math.max(0, Math.min(most, 2 ** (other % 12)));
      return joined(bytes.subarray(0, at), ...Array(times).fill(block), bytes.subarray(at));
    }
    case 'move':
      return copy.copyWithin(at, from, from + length);
    case 'splice': {
      const part = seed.subarray(other % seed.length, (other % seed.length) + length);
      return joined(bytes.subarray(0, at), part, bytes.subarray(isBigEndian ? at : at + length));
    }
  }
}

function integerBytes(value: bigint, width: number, isBigEndian: boolean): Uint8Array {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, value, !isBigEndian);
  return new Uint8Array(view.buffer, isBigEndian ? 8 - width : 0, width);
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

/** The places of bytes that are not padding. Values of tensors, at random, are there like all others. */
function placesOf(bytes: Uint8Array): number[] {
  return [...bytes.keys()].filter(
    (i) => bytes[i] !== 0 || bytes[i - 1] !== 0 || bytes[i + 1] !== 0,
  );
}
