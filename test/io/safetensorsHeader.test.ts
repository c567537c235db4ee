import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidInputError } from '../../src/errors';
import { parseSafetensors } from '../../src/io';
import { useBackend } from '../support/backend';
import { expectNoLeak } from '../support/invariants';
import { fileOf, fileOfBytes } from './safetensorsBytes';

await useBackend('cpu');

const entry = (begin: number, end: number) => ({
  dtype: 'I8',
  shape: [end - begin],
  data_offsets: [begin, end],
});

/** A file whose only tensor, `x`, is an I8 of one element, but for `changes`. */
const fileWith = (changes: Record<string, unknown>) =>
  fileOf({ x: { ...entry(0, 1), ...changes } }, [0]);

function fileOfLength(length: bigint, rest: number): Uint8Array {
  const file = new Uint8Array(8 + rest);
  new DataView(file.buffer).setBigUint64(0, length, true);
  return file;
}

const nested = (open: string, close: string) =>
  `{"x":${open.repeat(100_000)}0${close.repeat(100_000)}}`;

const cases: readonly [name: string, file: Uint8Array, message: string][] = [
  ['an empty file', new Uint8Array(0), 'the file has 0 bytes, fewer than the 8'],
  ['7 bytes', new Uint8Array(7), 'the file has 7 bytes, fewer than the 8'],
  [
    'a header over the limit',
    fileOfLength(100_000_001n, 4),
    'announce a header of 100000001 bytes, over the limit of 100000000',
  ],
  [
    'a header of 2^64 - 1 bytes',
    fileOfLength(2n ** 64n - 1n, 4),
    'announce a header of 18446744073709551615 bytes',
  ],
  [
    'a header cut short',
    fileOfLength(10n, 4),
    'the file is truncated within its header: expected at least 18 bytes, received 12',
  ],
  ['an empty header', fileOf(''), 'the header must start with "{", received ""'],
  ['a header not UTF-8', fileOfBytes([0x7b, 0x22, 0xff, 0x22]), 'the header is not UTF-8'],
  ['half a UTF-8 sequence', fileOfBytes([0x7b, 0x22, 0xc3]), 'the header is not UTF-8'],
  ['a byte order mark', fileOfBytes([0xef, 0xbb, 0xbf, 0x7b, 0x7d]), 'must start with "{"'],
  ['a space first', fileOf(' {}'), 'the header must start with "{", received " {}"'],
  ['an array', fileOf('[]'), 'the header must start with "{", received "[]"'],
  ['broken JSON', fileOf('{"x":'), 'the header is not JSON ('],
  ['more after the object', fileOf('{} {}'), 'the header is not JSON ('],
  ['a zero byte as padding', fileOf('{}\0'), 'the header is not JSON ('],
  ['a tensor twice', fileOf('{"a":1,"a":2}'), 'the header has the key "a" twice'],
  ['a tensor twice, escaped', fileOf('{"\\u0061":1,"a":2}'), 'has the key "a" twice'],
  ['a key twice in an entry', fileOf('{"x":{"shape":[],"shape":[1]}}'), 'the key "shape" twice'],
  ['a key twice in an array', fileOf('{"x":[[{"q":1, "q" : 2}]]}'), 'the key "q" twice'],
  ['metadata twice', fileOf('{"__metadata__":{},"__metadata__":{}}'), '"__metadata__" twice'],
  [
    'a key twice in the metadata',
    fileOf('{"__metadata__":{"\\\\\\"":"a","\\\\\\"" \n:"b"}}'),
    'has the key "\\\\\\"" twice',
  ],
  ['__proto__ twice', fileOf('{"__proto__":1,"__proto__":2}'), 'the key "__proto__" twice'],
  ['deep arrays', fileOf(nested('[', ']')), 'the header is nested more than 127 deep'],
  ['deep objects', fileOf(nested('{"a":', '}')), 'the header is nested more than 127 deep'],
  ['deep arrays that never close', fileOf(`{"x":${'['.repeat(100_000)}`), 'the header is not JSON'],
  ['a tensor named __proto__', fileOf('{"__proto__":{}}'), 'a tensor is named "__proto__"'],
  [
    'a tensor named __proto__, escaped',
    fileOf('{"__proto\\u005f_":{}}'),
    'a tensor is named "__proto__"',
  ],
  ['half a surrogate pair', fileOf('{"\\ud800":{}}'), '"\\ud800" has half a surrogate pair'],
  [
    'metadata that is false',
    fileOf({ __metadata__: false }),
    '__metadata__ is not a record of strings: it is a boolean',
  ],
  ['metadata that is a list', fileOf({ __metadata__: [] }), 'record of strings: it is an array'],
  [
    'metadata with a number',
    fileOf({ __metadata__: { step: 1 } }),
    '__metadata__["step"] is not a string: it is a number',
  ],
  [
    'metadata named __proto__',
    fileOf('{"__metadata__":{"__proto__":"x"}}'),
    'a key of __metadata__ is named "__proto__"',
  ],
  ['an entry that is null', fileOf({ x: null }), 'tensor "x" must be an object, received null'],
  ['an entry that is a list', fileOf({ x: [1] }), 'tensor "x" must be an object, received [1]'],
  ['no dtype', fileWith({ dtype: undefined }), 'tensor "x" lacks "dtype"'],
  ['no shape', fileWith({ shape: undefined }), 'tensor "x" lacks "shape"'],
  ['no data_offsets', fileWith({ data_offsets: undefined }), 'tensor "x" lacks "data_offsets"'],
  [
    'half a surrogate pair in an unknown key',
    fileWith({ strides: ['\\', '\ud800'] }),
    'tensor "x" has half a surrogate pair in ["strides"]',
  ],
  [
    'a type that no reader knows',
    fileWith({ dtype: 'F3' }),
    '"x" has dtype "F3", which the format',
  ],
  ['half a byte', fileWith({ dtype: 'F4', shape: [] }), 'of F4, 4 bits, which end within a byte'],
  [
    'a type that is not read',
    fileWith({ dtype: 'F4', shape: [2] }),
    '"x" has dtype "F4", which cannot be read',
  ],
  ['a type in lower case', fileWith({ dtype: 'i8' }), 'tensor "x" has dtype "i8"'],
  ['a type of Object.prototype', fileWith({ dtype: 'constructor' }), 'has dtype "constructor"'],
  ['a dtype that is a number', fileWith({ dtype: 8 }), 'tensor "x" has dtype 8'],
  [
    'a shape that is a number',
    fileWith({ shape: 1 }),
    'tensor "x" has shape 1, which is not a list',
  ],
  ['a negative dimension', fileWith({ shape: [-1] }), 'has shape [-1], which is not a list'],
  ['minus zero', fileOf('{"x":{"dtype":"I8","shape":[-0],"data_offsets":[0,0]}}'), 'has shape [0]'],
  ['a fraction', fileWith({ shape: [0.5] }), 'tensor "x" has shape [0.5], which is not a list'],
  ['a dimension as text', fileWith({ shape: ['1'] }), 'tensor "x" has shape ["1"], which is not'],
  ['a dimension of 2^53', fileWith({ shape: [2 ** 53] }), 'has shape [9007199254740992], which'],
  ['a nested shape', fileWith({ shape: [[1]] }), 'tensor "x" has shape [[1]], which is not a list'],
  ['2^54 elements', fileWith({ shape: [2 ** 27, 2 ** 27] }), 'of more than 2^53 - 1 elements'],
  [
    'a product of dimensions that is infinite times zero',
    fileWith({ shape: [...Array(20).fill(2 ** 53 - 1), 0], data_offsets: [0, 0] }),
    'of more than 2^53 - 1 elements',
  ],
  [
    'offsets that are a number',
    fileWith({ data_offsets: 1 }),
    'tensor "x" has data_offsets 1, which are not two integers',
  ],
  ['one offset', fileWith({ data_offsets: [0] }), 'has data_offsets [0], which are not two'],
  ['three offsets', fileWith({ data_offsets: [0, 1, 1] }), '[0,1,1], which are not two integers'],
  ['a fractional offset', fileWith({ data_offsets: [0, 1.5] }), '[0,1.5], which are not two'],
  ['a negative offset', fileWith({ data_offsets: [-1, 0] }), '[-1,0], which are not two integers'],
  ['offsets reversed', fileWith({ data_offsets: [1, 0] }), '[1,0], whose begin is past their end'],
  [
    'too few bytes for the shape',
    fileWith({ shape: [3] }),
    'tensor "x" has data_offsets [0,1], 1 bytes, whereas shape [3] of I8 takes 3',
  ],
  [
    'too many bytes for the shape',
    fileOf({ x: { dtype: 'F32', shape: [1, 0], data_offsets: [0, 4] } }, [0, 0, 0, 0]),
    '[0,4], 4 bytes, whereas shape [1,0] of F32 takes 0',
  ],
  [
    'data cut short',
    fileOf({ x: entry(0, 4) }, [0, 0, 0]),
    'or tensor "x" is out of range: expected at least 65 bytes, received 64',
  ],
  [
    'tensors that overlap',
    fileOf({ a: entry(0, 3), b: entry(2, 4) }, [0, 0, 0, 0]),
    'tensors "a" and "b" overlap: one ends at byte 3 of the data, the other begins at 2',
  ],
  [
    'two tensors of the same bytes',
    fileOf({ a: entry(0, 2), b: entry(0, 2) }, [0, 0]),
    'tensors "a" and "b" overlap',
  ],
  [
    'an empty tensor within another',
    fileOf({ a: entry(0, 2), b: entry(1, 1) }, [0, 0]),
    'tensors "a" and "b" overlap',
  ],
  [
    'a hole at the start',
    fileOf({ x: entry(1, 2) }, [0, 0]),
    'the data has a hole of 1 bytes before tensor "x", at byte 0',
  ],
  [
    'a hole in the middle',
    fileOf({ b: entry(5, 6), a: entry(0, 3) }, [0, 0, 0, 0, 0, 0]),
    'the data has a hole of 2 bytes before tensor "b", at byte 3',
  ],
  [
    'trailing bytes',
    fileOf({ x: entry(0, 1) }, [0, 0, 0]),
    'the file has trailing bytes: expected 62 bytes, received 64',
  ],
  ['data without a tensor', fileOf({}, [1]), 'trailing bytes: expected 10 bytes, received 11'],
];

describe('a hostile file is refused by name, before any tensor is made', () => {
  it.each(cases)('%s', async (_, file, message) => {
    const before = tf.scalar(0);
    const error = await expectNoLeak(() => parseSafetensors(file));
    const after = tf.scalar(0);
    expect(after.id - before.id).toBe(1); // ids are consecutive: no tensor came between
    tf.dispose([before, after]);
    expect(error).toBeInstanceOf(InvalidInputError);
    expect((error as Error).message).toMatch(/^parseSafetensors: .*\.$/);
    expect((error as Error).message).toContain(message);
    expect((error as Error).message.length).toBeLessThan(400);
  });

  it('bytes that are not a Uint8Array', () => {
    const buffer = fileOf({}).buffer as unknown as Uint8Array;
    expect(() => parseSafetensors(buffer)).toThrow(
      'bytes must be a Uint8Array, received ArrayBuffer. Pass the whole file',
    );
  });

  it('the error has the tensor and the value received', () => {
    const refused = (file: Uint8Array) => () => parseSafetensors(file);
    const shape = { param: 'x', received: [-1] };
    expect(refused(fileWith({ shape: [-1] }))).toThrow(expect.objectContaining(shape));
    const dtype = { fn: 'parseSafetensors', param: 'x', received: 'F3' };
    expect(refused(fileWith({ dtype: 'F3' }))).toThrow(expect.objectContaining(dtype));
  });

  it('a long name does not make a long message', () => {
    expect(() => parseSafetensors(fileOf({ ['x'.repeat(1e6)]: 1 }))).toThrow(/^.{1,300}$/);
  });
});

describe('names that only look hostile are read', () => {
  it('constructor, toString, hasOwnProperty, the empty name, numbers', () => {
    const names = ['7', 'constructor', 'toString', 'hasOwnProperty', 'x"\\', ''];
    const header = Object.fromEntries(names.map((name, i) => [name, entry(i, i + 1)]));
    const { params } = parseSafetensors(fileOf(header, Array(names.length).fill(0)));
    expect(Object.keys(params)).toEqual(names);
    tf.dispose(params);
  });

  it('a key once in each of two objects, or as a value', () => {
    const header = { __metadata__: { a: 'a', shape: '"a":"a"' }, a: entry(0, 1), b: entry(1, 2) };
    const { params, metadata } = parseSafetensors(fileOf(header, [0, 0]));
    expect(metadata).toEqual(header.__metadata__);
    tf.dispose(params);
  });
});

describe('a damaged file parses or is refused, and never leaks', () => {
  const valid = fileOf(
    {
      __metadata__: { format: 'pt' },
      half: { dtype: 'F16', shape: [2], data_offsets: [0, 4] },
      double: { dtype: 'F64', shape: [1], data_offsets: [4, 12] },
      long: { dtype: 'I64', shape: [1, 1], data_offsets: [12, 20] },
      flags: { dtype: 'BOOL', shape: [2], data_offsets: [20, 22] },
      none: { dtype: 'U8', shape: [3, 0], data_offsets: [22, 22] },
    },
    [0, 60, 0, 60, 0, 0, 0, 0, 0, 0, 240, 63, 5, 0, 0, 0, 0, 0, 0, 0, 1, 0],
  );

  function expectParsedOrRefused(file: Uint8Array): void {
    const before = tf.memory().numTensors;
    try {
      tf.dispose(parseSafetensors(file).params);
    } catch (error) {
      if (!(error instanceof InvalidInputError)) throw error;
    }
    expect(tf.memory().numTensors).toBe(before);
  }

  it('cut at any byte', () => {
    for (let length = 0; length < valid.length; length++) {
      expect(() => parseSafetensors(valid.subarray(0, length))).toThrow(InvalidInputError);
    }
    expectParsedOrRefused(valid);
  });

  it('with any one bit flipped', () => {
    for (let bit = 0; bit < valid.length * 8; bit++) {
      const damaged = valid.slice();
      damaged[bit >> 3] ^= 1 << (bit & 7);
      expectParsedOrRefused(damaged);
    }
  });

  it('with several bytes changed and the end cut or extended', () => {
    const changes = fc.array(fc.tuple(fc.nat(valid.length - 1), fc.nat(255)), { maxLength: 6 });
    const property = fc.property(changes, fc.integer({ min: -9, max: 9 }), (bytes, extra) => {
      const damaged = new Uint8Array(valid.length + extra);
      damaged.set(valid.subarray(0, damaged.length));
      for (const [at, byte] of bytes) damaged[at % damaged.length] = byte;
      expectParsedOrRefused(damaged);
    });
    fc.assert(property, { numRuns: 3000, seed: 1 });
  });
});
