import { describe, expect, it } from 'vitest';
import { InvalidInputError } from '../../src/errors';
import { parseSafetensorsIndex } from '../../src/io';

describe('parseSafetensorsIndex', () => {
  it('groups the tensors by file', () => {
    const index = {
      metadata: { total_size: 12 },
      weight_map: { a: 'm-1.safetensors', b: 'm-2.safetensors', constructor: 'm-1.safetensors' },
    };
    expect(parseSafetensorsIndex(JSON.stringify(index))).toEqual({
      metadata: { total_size: 12 },
      files: { 'm-1.safetensors': ['a', 'constructor'], 'm-2.safetensors': ['b'] },
    });
  });

  it('takes an index without metadata, and one without tensors', () => {
    expect(parseSafetensorsIndex('{"weight_map":{}}')).toEqual({ files: {}, metadata: {} });
  });

  const place = (file: unknown) => JSON.stringify({ weight_map: { a: file } });
  it.each([
    ['', 'the index is not JSON ('],
    ['null', 'the index is not a JSON object'],
    ['[]', 'the index is not a JSON object'],
    ['{}', 'weight_map is missing'],
    ['{"weight_map":[]}', 'weight_map is []'],
    ['{"weight_map":{},"metadata":3}', 'metadata must be an object, received 3'],
    ['{"weight_map":{"a":"x","a":"y"}}', 'the index has the key "a" twice'],
    ['{"weight_map":{"__proto__":"x"}}', 'a tensor is named "__proto__"'],
    [place('__proto__'), 'a file is named "__proto__"'],
    ...['', '.', '..', '../x', '/x', 'a/b', 'a\\b', 'C:x', 'a\0b', 3, null].map((file) => [
      place(file),
      `weight_map["a"] is ${JSON.stringify(file)}, which is not a plain file name`,
    ]),
  ])('refuses %s', (json, message) => {
    expect(() => parseSafetensorsIndex(json)).toThrow(InvalidInputError);
    expect(() => parseSafetensorsIndex(json)).toThrow(`parseSafetensorsIndex: ${message}`);
  });
});
