import { describe, expect, it } from 'vitest';
import { InvalidInputError } from '../../src/errors';
import { npyHeader } from '../../src/io/npyHeader';
import { npyBytes, npyText } from './npyBytes';

describe('npyHeader', () => {
  it.each([
    ['()', []],
    ['(3,)', [3]],
    ['(3, 4)', [3, 4]],
    ['(3,4,)', [3, 4]],
    ['(0, 5)', [0, 5]],
  ])('reads the shape %s', (text, shape) => {
    expect(npyHeader(npyBytes(npyText('<f4', text))).shape).toEqual(shape);
  });

  it.each([1, 2, 3])('reads version %s, which has its own width of the length', (version) => {
    const file = npyBytes(npyText('>i8', '(2,)', 'True'), new Uint8Array(16), version);
    expect(npyHeader(file)).toEqual({
      dtype: 'I64',
      isBigEndian: true,
      fortranOrder: true,
      shape: [2],
      dataStart: file.length - 16,
    });
  });

  it('reads fields in any order, with spaces or without', () => {
    const header = npyHeader(npyBytes(`{'shape':(2,),'descr':'|b1','fortran_order':False}   `));
    expect(header).toMatchObject({ dtype: 'BOOL', shape: [2], fortranOrder: false });
  });

  it.each<[string, Uint8Array, string]>([
    ['nothing', new Uint8Array(), 'lacks the magic string'],
    ['another file', new TextEncoder().encode('not a numpy array'), 'lacks the magic string'],
    ['version 4', npyBytes(npyText('<f4', '()'), undefined, 4), 'version 4'],
    ['a truncated header', npyBytes(npyText('<f4', '()')).subarray(0, 40), 'truncated'],
    ['a truncated length', npyBytes('', undefined, 2).subarray(0, 11), 'truncated'],
    [
      'a header of 10⁷ axes',
      npyBytes(npyText('<f4', `(${'1,'.repeat(1e7)})`), undefined, 2),
      'more than 65536',
    ],
    ['text', npyBytes(npyText('<U2', '(2,)')), 'holds no numbers'],
    ['objects', npyBytes(npyText('|O', '(2,)')), 'holds no numbers'],
    ['complex numbers', npyBytes(npyText('<c8', '(2,)')), 'type "<c8"'],
    ['long doubles', npyBytes(npyText('<f16', '(2,)')), 'type "<f16"'],
    ['a type of JavaScript', npyBytes(npyText('constructor', '(2,)')), 'type "constructor"'],
    ['a negative size', npyBytes(npyText('<f4', '(-2,)')), 'not understood'],
    ['a size that is an expression', npyBytes(npyText('<f4', '(2*2,)')), 'not understood'],
    ['a shape that is a number', npyBytes(npyText('<f4', '3')), 'not understood'],
    ['two commas', npyBytes(npyText('<f4', '(2,,3)')), 'not understood'],
    ['a call', npyBytes(npyText('<f4', 'exit()')), 'not understood'],
    ['a missing field', npyBytes("{'descr': '<f4', 'shape': (2,)}"), 'not understood'],
    ['a field twice', npyBytes(npyText('<f4', "(2,), 'descr': '<f8'")), 'not understood'],
    ['another field', npyBytes(npyText('<f4', "(2,), 'x': '1'")), 'not understood'],
    ['swapped values', npyBytes(npyText('<f4', "'True'")), 'not understood'],
    ['more behind it', npyBytes(`${npyText('<f4', '(2,)')} + 1`), 'not understood'],
  ])('refuses %s', (_, file, message) => {
    expect(() => npyHeader(file)).toThrow(InvalidInputError);
    expect(() => npyHeader(file)).toThrow(message);
  });
});
