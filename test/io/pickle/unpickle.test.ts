import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { InvalidInputError } from '../../../src/errors';
import { CutShortError } from '../../../src/io/pickle/cursor';
import { isKind, type PickleValue } from '../../../src/io/pickle/pickleValue';
import { unpickle } from '../../../src/io/pickle/unpickle';

const latin1 = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));
const unpickled = (text: string) => unpickle(latin1(text)).value;

/** The value as JSON has it. */
function plain(value: PickleValue): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (!isKind(value as PickleValue, 'dict')) return value;
  const { items } = value as { items: PickleValue[] };
  const pairs = items.flatMap((key, i) => (i % 2 ? [] : [[key, plain(items[i + 1])] as const]));
  return Object.fromEntries(pairs as [string, unknown][]);
}

const python = JSON.parse(
  readFileSync(new URL('../../fixtures/pytorch/pickles.json', import.meta.url), 'utf8'),
) as { value: unknown; pickles: string[] };

describe('unpickle', () => {
  it.each(python.pickles.map((pickle, protocol) => [protocol, pickle] as const))(
    "reads Python's pickle of protocol %i",
    (_, pickle) => {
      const bytes = new Uint8Array(Buffer.from(pickle, 'base64'));
      const { value, end } = unpickle(bytes);
      expect(plain(value)).toEqual(python.value);
      expect(end).toBe(bytes.length);
    },
  );

  it.each<[string, string, PickleValue]>([
    ['−1 of one byte', '\x8a\x01\xff.', -1],
    ['255', '\x8a\x02\xff\0.', 255],
    ['0 of no bytes', '\x8a\0.', 0],
    ['2⁶³', '\x8a\x09\0\0\0\0\0\0\0\x80\0.', 2n ** 63n],
    ['−2⁶³', '\x8a\x08\0\0\0\0\0\0\0\x80.', -(2n ** 63n)],
    ['a long integer of protocol 0', 'L18446744073709551616L\n.', 2n ** 64n],
    ['a boolean of protocol 0', 'I01\n.', true],
    ['text of Python 2', 'U\x03abc.', 'abc'],
    ['text of protocol 0', 'Vh\\u00e9\n.', 'hé'],
    ['bytes', 'C\x02\x01\x02.', Uint8Array.of(1, 2)],
    ['a set', '\x8f(K\x01K\x02\x90.', [1, 2]],
    ['a tuple of three', 'K\x01K\x02K\x03\x87.', [1, 2, 3]],
    ['a value that is taken back', 'K\x01K\x020.', 1],
    ['values behind a mark that are taken back', 'K\x01(K\x02K\x031.', 1],
  ])('reads %s', (_, pickle, expected) => {
    expect(unpickled(pickle)).toEqual(expected);
  });

  it('makes records of globals, calls and instances', () => {
    const system = { kind: 'global', module: 'os', name: 'system' };
    const base = { kind: 'object', callee: system, items: [], state: null };
    expect(unpickled('cos\nsystem\n.')).toEqual(system);
    expect(unpickled('\x8c\x02os\x8c\x06system\x93.')).toEqual(system);
    const called = { ...base, args: ['ls'], isInstance: false };
    expect(unpickled('cos\nsystem\n(X\x02\0\0\0lstR.')).toEqual(called);
    const instance = { ...base, args: [], isInstance: true };
    expect(unpickled('cos\nsystem\n)\x81}b.')).toEqual({
      ...instance,
      state: { kind: 'dict', items: [] },
    });
    expect(unpickled('cos\nsystem\n)}\x92.')).toEqual(instance);
    expect(unpickled('(ios\nsystem\n.')).toEqual(instance);
    expect(unpickled('(cos\nsystem\no.')).toEqual(instance);
  });

  it('lists references to data outside', () => {
    const { value, references } = unpickle(latin1('(K\x01QP2\nt.'));
    expect(references).toEqual([
      { kind: 'persistent', id: 1 },
      { kind: 'persistent', id: '2' },
    ]);
    expect(value).toEqual(references);
  });

  it('keeps the key __proto__ as a key', () => {
    const value = unpickled('}U\x09__proto__}s.');
    expect(value).toEqual({
      kind: 'dict',
      items: ['__proto__', { kind: 'dict', items: [] }],
    });
    expect(({} as Record<string, unknown>).items).toBeUndefined();
  });

  it('reads a list that holds itself', () => {
    const value = unpickled(']q\0h\0a.') as PickleValue[];
    expect(value[0]).toBe(value);
  });

  it('reads lists in lists 100000 deep', () => {
    expect(unpickled(`${']'.repeat(1e5)}${'a'.repeat(1e5 - 1)}.`)).toHaveLength(1);
  });

  it('repeats a value without a copy: doubled 64 times, it stays small', () => {
    let value = unpickled(`]${'2\x86'.repeat(64)}.`) as PickleValue[];
    for (let i = 0; i < 64; i++) {
      expect(value[0]).toBe(value[1]);
      value = value[0] as PickleValue[];
    }
  });

  it.each<[string, string, string]>([
    ['nothing', '', 'cut short'],
    ['no end', 'N', 'cut short'],
    ['text that claims 4 GB', 'X\xff\xff\xff\xffabc.', '4294967295 bytes are wanted at byte 5'],
    ['bytes that claim 2⁶³', '\x8e\0\0\0\0\0\0\0\x80.', 'cut short'],
    ['a line without an end', 'cos', 'cut short'],
    ['an integer of 2³¹ bytes', '\x8b\xff\xff\xff\x7f', 'an integer has 2147483647 bytes'],
    ['an integer of letters', 'Iabc\n.', '"abc" is no integer'],
    ['an end without a value', '.', 'a value is missing'],
    ['a value before a mark', 'N(0R.', 'a value is missing'],
    ['a tuple without a mark', 'Nt.', 'a mark is missing'],
    ['a repeated value that is missing', 'h\x07.', 'the value 7 that it repeats is missing'],
    ['a key without a value', '}(K\x01u.', 'a key has no value'],
    ['a global whose name is a number', 'K\x01K\x02\x93.', 'the name of a global is no text'],
    ['an object without a class', '(o.', 'an object has no class'],
    ['another protocol', '\x80\x06N.', 'protocol 6'],
    ['another byte', '\xffN.', 'byte 0 is 0xff'],
    ['data outside of protocol 5', '\x97.', 'byte 0 is 0x97'],
  ])('refuses %s', (_, pickle, message) => {
    expect(() => unpickled(pickle)).toThrow(InvalidInputError);
    expect(() => unpickled(pickle)).toThrow(message);
  });

  it('tells a pickle that goes on from one that is damaged', () => {
    expect(() => unpickled('(K\x01')).toThrow(CutShortError);
    expect(() => unpickled('Nt.')).not.toThrow(CutShortError);
  });

  it('refuses more values than memory should hold', () => {
    expect(() => unpickle(new Uint8Array(1.1e7).fill('N'.charCodeAt(0)))).toThrow(
      'more than 10000000 values',
    );
  });
});
