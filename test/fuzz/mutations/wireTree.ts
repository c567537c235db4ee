/** A field of a message of protobuf. */
export type WireField = WireValue | WireMessage;

/** A field with a value that has no fields. */
export interface WireValue {
  readonly number: number;
  readonly kind: 'varint' | 'fixed' | 'bytes';
  readonly bytes: Uint8Array;
}

/** A field with a message inside. */
export interface WireMessage {
  readonly number: number;
  readonly kind: 'message';
  readonly fields: readonly WireField[];
}

/**
 * The fields of a message; null if the bytes are none. A text that reads as a message is taken for one: it is
 * written back with the same bytes.
 */
export function wireFields(bytes: Uint8Array): WireField[] | null {
  const fields: WireField[] = [];
  let at = 0;
  while (at < bytes.length) {
    const tag = readVarint(bytes, at);
    if (tag === null || tag.value < 8) return null;
    const number = Math.floor(tag.value / 8);
    at = tag.end;
    const end = endOf(bytes, at, tag.value % 8);
    if (end === null || end > bytes.length) return null;
    const type = tag.value % 8;
    if (type === LENGTH) {
      const inner = bytes.slice(readVarint(bytes, at)!.end, end);
      const own = inner.length === 0 ? null : wireFields(inner);
      if (own === null) fields.push({ number, kind: 'bytes', bytes: inner });
      else fields.push({ number, kind: 'message', fields: own });
    } else {
      fields.push({ number, kind: type === 0 ? 'varint' : 'fixed', bytes: bytes.slice(at, end) });
    }
    at = end;
  }
  return fields;
}

/** The bytes of fields, with lengths that are right. */
export function wireBytes(fields: readonly WireField[]): Uint8Array {
  return new Uint8Array(Buffer.concat(fields.map(fieldBytes)));
}

/** The bytes of a varint. */
export function varint(value: bigint): Uint8Array {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>= 7n) {
    if (rest < 128n) return Uint8Array.of(...bytes, Number(rest));
    bytes.push(Number(rest & 127n) | 128);
  }
}

/** The wire type of a field with a length before it. */
const LENGTH = 2;

function fieldBytes(field: WireField): Buffer {
  const tag = (type: number) => varint(BigInt(field.number * 8 + type));
  if (field.kind === 'varint') return Buffer.concat([tag(0), field.bytes]);
  if (field.kind === 'fixed') {
    return Buffer.concat([tag(field.bytes.length === 4 ? 5 : 1), field.bytes]);
  }
  const inner = field.kind === 'message' ? wireBytes(field.fields) : field.bytes;
  return Buffer.concat([tag(LENGTH), varint(BigInt(inner.length)), inner]);
}

function readVarint(bytes: Uint8Array, start: number): { value: number; end: number } | null {
  let value = 0;
  for (let i = 0; i < 5 && start + i < bytes.length; i++) {
    value += (bytes[start + i] & 127) * 128 ** i;
    if (bytes[start + i] < 128) return { value, end: start + i + 1 };
  }
  return null;
}

/** The end of a field's value; null for a wire type that is not used. */
function endOf(bytes: Uint8Array, at: number, type: number): number | null {
  if (type === 1) return at + 8;
  if (type === 5) return at + 4;
  if (type === LENGTH) {
    const length = readVarint(bytes, at);
    return length && length.end + length.value;
  }
  if (type !== 0) return null;
  let end = at;
  while (bytes[end] >= 128) end++;
  return end + 1;
}
