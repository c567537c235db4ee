import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { parseSafetensors } from '../../src/io';
import { parseHeader } from '../../src/io/internal';
import { useBackend } from '../support/backend';
import { fileOf } from './safetensorsBytes';

await useBackend('cpu');

const FIELDS = '"dtype":"U8","shape":[1],"data_offsets":[0,1]';

/** A header with the tensor `a` of one U8, other fields in place of its own, and more behind them. */
const entry = (fields: Record<string, string> = {}, more = '') => {
  const all = { dtype: '"U8"', shape: '[1]', data_offsets: '[0,1]', ...fields };
  const list = Object.entries(all).map(([key, json]) => `"${key}":${json}`);
  return `{"a":{${list.join()}${more}}}`;
};
const deep = (depth: number) => `,"x":${'['.repeat(depth)}0${']'.repeat(depth)}`;
const empty = (shape: string) => entry({ shape, data_offsets: '[0,0]' });

/** Headers that the reference implementation of safetensors, version 0.8.0, reads; with the bytes of data. */
type Case = [name: string, header: string, bytes?: number];

const READ: readonly Case[] = [
  ['no tensor', '{}', 0],
  ['metadata null', `{"__metadata__":null,"a":{${FIELDS}}}`],
  ['spaces at the end', `${entry()}\n\t `],
  ['an unknown key', entry({}, ',"x":1')],
  ['an unknown key with null', entry({}, ',"x":null')],
  ['an unknown key with a fraction', entry({}, ',"x":[1.0,-0,1e-400]')],
  ['an unknown key with 2^64', entry({}, ',"x":18446744073709551616')],
  ['an unknown key with an object', entry({}, ',"x":{"shape":[1.0]}')],
  ['a whole surrogate pair, escaped', entry({}, ',"x":"\\ud83d\\ude00"')],
  ['what looks like half of one', entry({}, ',"x":"\\\\ud800"')],
  ['a zero character', entry({}, ',"x":"\\u0000"')],
  ['127 levels', entry({}, deep(125))],
  ['an escaped type', entry({ dtype: '"\\u00558"' })],
  ['an escaped key', `{"a":{"dt\\u0079pe":"U8","shape":[1],"data_offsets":[0,1]}}`],
  ['a scalar', entry({ shape: '[]' })],
  ['the empty name', `{"":{${FIELDS}}}`],
  ['0 × 2^32 × 2^20', empty('[0,4294967296,1048576]'), 0],
];

/** Headers that it refuses. */
const REFUSED: readonly Case[] = [
  ['a byte order mark', `\ufeff${entry()}`],
  ['a zero byte at the end', `${entry()}\0`],
  ['a vertical tab', '{\u000b}', 0],
  ['a comma too many', entry({ shape: '[1,]' })],
  ['an array', '[]', 0],
  ['data without a tensor', '{}'],
  ['an entry that is null', `{"b":null,"a":{${FIELDS}}}`],
  ['an entry that is a list of 4', '{"a":["U8",[1],[0,1],3]}'],
  ['a missing field', '{"a":{"dtype":"U8","shape":[1]}}'],
  ['a field twice', entry({}, ',"shape":[1]')],
  ['metadata twice', `{"__metadata__":{},"__metadata__":{},"a":{${FIELDS}}}`],
  ['metadata with a number', `{"__metadata__":{"x":1},"a":{${FIELDS}}}`],
  ['metadata with null', `{"__metadata__":{"x":null},"a":{${FIELDS}}}`],
  ['metadata that is a list', `{"__metadata__":[],"a":{${FIELDS}}}`],
  ['metadata that is text', `{"__metadata__":"x","a":{${FIELDS}}}`],
  ['shape [1.0]', entry({ shape: '[1.0]' })],
  ['shape [1e0]', entry({ shape: '[1e0]' })],
  ['shape [1E+0]', entry({ shape: '[ 1E+0 ]' })],
  ['shape [-0]', empty('[-0]'), 0],
  ['shape [+1]', entry({ shape: '[+1]' })],
  ['shape [01]', entry({ shape: '[01]' })],
  ['shape null', entry({ shape: 'null' })],
  ['offsets [0, 1.0]', entry({ data_offsets: '[0,1.0]' })],
  ['offsets [-0, 1]', entry({ data_offsets: '[-0,1]' })],
  ['three offsets', entry({ data_offsets: '[0,1,1]' })],
  ['offsets in an object', entry({ data_offsets: '{"0":0,"1":1}' })],
  ['a number out of range', entry({}, ',"x":1e400')],
  ['half a surrogate pair', entry({}, ',"x":"\\ud800"')],
  ['half a surrogate pair in a key', entry({}, ',"\\udc00":1')],
  ['128 levels', entry({}, deep(126))],
  ['a control character', '{"a\tb":1}', 0],
  ['an unknown type', entry({ dtype: '"C128"' })],
  ['a type in lower case', entry({ dtype: '"u8"' })],
  ['2^32 × 2^32 × 0', empty('[4294967296,4294967296,0]'), 0],
  ['3 values of 4 bits', entry({ dtype: '"F4"', shape: '[3]' })],
  ['a value of 4 bits in no byte', '{"a":{"dtype":"F4","shape":[],"data_offsets":[0,0]}}', 0],
];

/** Headers that it reads, but the format or JavaScript does not allow. */
const STRICTER: readonly Case[] = [
  ['a space first', ` ${entry()}`],
  ['a tensor twice', `{"a":{${FIELDS}},"a":{${FIELDS}}}`],
  ['a key twice in the metadata', `{"__metadata__":{"x":"1","x":"2"},"a":{${FIELDS}}}`],
  ['an unknown key twice', entry({}, ',"x":1,"x":2')],
  ['an entry that is a list', '{"a":["U8",[1],[0,1]]}'],
  ['a type that is an object', entry({ dtype: '{"U8":null}' })],
  ['the name __proto__', `{"__proto__":{${FIELDS}}}`],
  ['a dimension of 2^53 + 1', empty('[0,9007199254740993]'), 0],
];

const data = (bytes: number) => new Uint8Array(bytes);

describe('headers, beside the reference implementation', () => {
  it.each(READ)('reads %s', (_, header, bytes: number = 1) => {
    tf.dispose(parseSafetensors(fileOf(header, data(bytes))).params);
  });

  it.each(REFUSED)('refuses %s', (_, header, bytes: number = 1) => {
    expect(() => parseSafetensors(fileOf(header, data(bytes)))).toThrow(/^parseSafetensors: /);
  });

  it.each(STRICTER)('is stricter: refuses %s', (_, header, bytes: number = 1) => {
    expect(() => parseSafetensors(fileOf(header, data(bytes)))).toThrow(/^parseSafetensors: /);
  });
});

describe('types whose values are not read', () => {
  const types: readonly (readonly [string, number])[] = [
    ['C64', 64],
    ['F6_E2M3', 6],
    ['F6_E3M2', 6],
    ['F4', 4],
  ];

  it.each(types)('%s has %i bits', (dtype, bits) => {
    const header = { a: { dtype, shape: [2, 4], data_offsets: [0, bits] } };
    const bytes = new TextEncoder().encode(JSON.stringify(header));
    expect(parseHeader(bytes, bits).tensors).toEqual([
      { name: 'a', dtype, shape: [2, 4], begin: 0, end: bits },
    ]);
    expect(() => parseSafetensors(fileOf(header, data(bits)))).toThrow(
      `tensor "a" has dtype "${dtype}", which cannot be read as numbers: `,
    );
  });
});
