import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { parseSafetensors, serializeSafetensors } from '../../src/io';
import { foreignFormat } from '../../src/io/internal';
import { modelBytes } from '../support/onnx/modelBytes';
import { fileOf } from './safetensorsBytes';

const latin1 = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));
const rest = '\0'.repeat(600);

const files: readonly (readonly [string, Uint8Array, string])[] = [
  [
    'a Git LFS pointer',
    latin1('version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 123\n'),
    "this is a Git LFS pointer, which stands in for the file, not safetensors. Fetch the file itself with 'git lfs pull'.",
  ],
  ['a page', latin1('\n<!DOCTYPE html><html>…'), 'this is an HTML page, not safetensors. Download'],
  ['a page without a doctype', latin1('<html lang="en">'), 'this is an HTML page'],
  ['an error of a store', latin1('<?xml version="1.0"?><Error>'), 'an XML document, such as'],
  [
    'an error of a server',
    latin1('Entry not found'),
    'text that begins with "Entry not found", not',
  ],
  [
    'a checkpoint of torch.save',
    latin1(`PK\x03\x04\0\0${rest}`),
    'a zip archive, as written by torch.save',
  ],
  ['an old one', latin1(`\x80\x02\x8a\x0al\xfc${rest}`), 'a Python pickle, as written by old'],
  ['a pickle of protocol 5', latin1(`\x80\x05\x95\x0a\0\0${rest}`), 'this is a Python pickle'],
  ['gzip', gzipSync(latin1(rest)), 'this is a gzip file, not safetensors. Unpack it'],
  ['tar', latin1(`a.safetensors${'\0'.repeat(244)}ustar\0${rest}`), 'this is a tar archive'],
  ['zstandard', latin1(`\x28\xb5\x2f\xfd${rest}`), 'this is a compressed file'],
  ['an index', latin1('{"metadata": {"total_size": 8}, "weight_map": {}}'), "ends in '.json'"],
  ['another index', latin1('{\n "weight_map": {}}'), 'the index of a sharded checkpoint'],
  ['JSON', latin1('{"layers": [1, 2, 3]}'), 'this is JSON text, not safetensors'],
  ['a list in JSON', latin1('[1, 2, 3, 4, 5]'), 'this is JSON text'],
  ['GGUF', latin1(`GGUF\x03\0\0\0${rest}`), 'this is a GGUF file'],
  ['HDF5', latin1(`\x89HDF\r\n\x1a\n${rest}`), 'this is an HDF5 file'],
  ['NumPy', latin1(`\x93NUMPY\x01\0v\0{'descr'${rest}`), 'this is a NumPy array'],
];

describe('a file of another kind', () => {
  it.each(files)('is called by its name: %s', (_, bytes, message) => {
    expect(() => parseSafetensors(bytes)).toThrow(message);
  });

  it('is none that is safetensors, whatever length its header has', async () => {
    // 0x0280 = 640 bytes begin like a pickle of protocol 2, 0x8b1f = 35615 like gzip.
    for (const length of [0x0280, 0x0480, 0x8b1f, 0x4b50]) {
      const text = '{}'.padEnd(length);
      expect(parseSafetensors(fileOf(text)).params).toEqual({});
      expect(() => parseSafetensors(fileOf(` ${text.slice(1)}`))).toThrow('must start with "{"');
    }
    expect(foreignFormat(await serializeSafetensors({}))).toBeNull();
  });

  it('is not guessed from a few bytes, zeros or noise', () => {
    expect(foreignFormat(new Uint8Array(0))).toBeNull();
    expect(foreignFormat(latin1('ab'))).toBeNull();
    expect(foreignFormat(new Uint8Array(600))).toBeNull();
    expect(
      foreignFormat(Uint8Array.from({ length: 600 }, (_, i) => (i * 167 + 200) % 256)),
    ).toBeNull();
  });
});

it('is an ONNX model by its version and its producer', () => {
  const model = modelBytes({
    nodes: [['Relu', ['x'], ['y']]],
    inputs: { x: { shape: [1] } },
    outputs: ['y'],
  });
  expect(() => parseSafetensors(model)).toThrow('an ONNX model');
});
