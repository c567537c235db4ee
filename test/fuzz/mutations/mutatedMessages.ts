import fc from 'fast-check';
import { ODD_NAMES } from './oddNames';
import { varint, type WireField, type WireMessage, wireBytes, wireFields } from './wireTree';

/** Integers of fields: those below `small`, and those at which lengths and sizes go wrong. */
export const INTEGERS = {
  small: [0n, 1n, 2n, 3n, 4n, 5n, 7n, 8n, 10n, 11n, 16n, 17n, 2n ** 64n - 1n, 2n ** 64n - 2n],
  large: [99n, 255n, 2n ** 20n, 2n ** 31n - 1n, 2n ** 32n, 2n ** 40n, 2n ** 53n, 2n ** 62n],
};

/**
 * Messages of protobuf with changed fields, whose lengths are right: fields removed, repeated, moved into other
 * messages, with other numbers or values.
 *
 * @param words - Texts that the format knows.
 * @param integers - New values of integers.
 */
export function mutatedMessages(
  seeds: readonly Uint8Array[],
  words: readonly string[],
  integers: readonly bigint[] = [...INTEGERS.small, ...INTEGERS.large],
): fc.Arbitrary<Uint8Array> {
  const trees = seeds.map(
    (seed): WireMessage => ({ number: 0, kind: 'message', fields: wireFields(seed)! }),
  );
  return fc
    .tuple(
      fc.nat(seeds.length - 1),
      fc.array(edits(words, integers), { minLength: 1, maxLength: 5 }),
    )
    .map(([seed, list]) => wireBytes(list.reduce(changed, trees[seed]).fields));
}

interface Edit {
  readonly kind: 'remove' | 'repeat' | 'move' | 'renumber' | 'value' | 'text' | 'nest';
  readonly place: number;
  readonly other: number;
  readonly integer: bigint;
  readonly text: string;
  readonly times: number;
}

function edits(words: readonly string[], integers: readonly bigint[]): fc.Arbitrary<Edit> {
  return fc.record({
    kind: fc.constantFrom<Edit['kind']>(
      ...(['remove', 'repeat', 'move', 'renumber', 'value', 'value', 'text', 'nest'] as const),
    ),
    place: fc.noShrink(fc.nat(2 ** 24)),
    other: fc.noShrink(fc.nat(2 ** 24)),
    integer: fc.noShrink(fc.constantFrom(...integers)),
    text: fc.constantFrom(...words, ...words, ...ODD_NAMES),
    times: fc.noShrink(fc.constantFrom(1, 1, 1, 2, 10, 300)),
  });
}

/** A message after a change of one field. */
function changed(root: WireMessage, edit: Edit): WireMessage {
  const all = messagesIn(root);
  const parent = all[edit.place % all.length];
  const at = edit.other % Math.max(1, parent.fields.length);
  const field = parent.fields[at];
  if (field === undefined) return root;
  const put = replacement(field, edit, all[edit.other % all.length]);
  return replaced(root, parent, { ...parent, fields: parent.fields.toSpliced(at, 1, ...put) });
}

/** The most bytes that are repeated. */
const MOST_BYTES = 2 ** 14;

/** The fields in place of a field. */
function replacement(field: WireField, edit: Edit, other: WireMessage): WireField[] {
  const { kind, integer, text, times, place } = edit;
  switch (kind) {
    case 'remove':
      return [];
    case 'repeat':
      return Array(1 + Math.min(times, Math.floor(MOST_BYTES / wireBytes([field]).length))).fill(
        field,
      );
    case 'move':
      return [other.fields[place % Math.max(1, other.fields.length)] ?? field];
    case 'renumber':
      return [{ ...field, number: 1 + (place % 30) }];
    case 'nest':
      return [nested(field, Math.min(times, 250))];
    case 'text':
      return [{ number: field.number, kind: 'bytes', bytes: new TextEncoder().encode(text) }];
    default:
      return [{ ...field, ...otherValue(field, integer) }];
  }
}

/** Another value of a field's kind. */
function otherValue(field: WireField, integer: bigint): object {
  if (field.kind === 'varint') return { bytes: varint(integer) };
  if (field.kind === 'message') return { fields: field.fields.slice(1) };
  const bytes = field.bytes.slice();
  if (bytes.length > 0) bytes[Number(integer % BigInt(bytes.length))] ^= Number(integer & 255n);
  return { bytes };
}

function nested(field: WireField, times: number): WireField {
  if (times === 0) return field;
  return { number: field.number, kind: 'message', fields: [nested(field, times - 1)] };
}

/** The message and all inside of it. */
function messagesIn(message: WireMessage): WireMessage[] {
  const inner = message.fields.flatMap((field) =>
    field.kind === 'message' ? messagesIn(field) : [],
  );
  return [message, ...inner];
}

/** The message with another one in place of one inside, of the first if it is there several times. */
function replaced(root: WireMessage, before: WireMessage, after: WireMessage): WireMessage {
  let isDone = false;
  const visit = (message: WireMessage): WireMessage => {
    if (isDone) return message;
    if (message === before) {
      isDone = true;
      return after;
    }
    const fields = message.fields.map((field) => (field.kind === 'message' ? visit(field) : field));
    return { ...message, fields };
  };
  return visit(root);
}
