import * as tf from '@tensorflow/tfjs-core';
import { average, permutationSpec, prefixMapping, renamePrefix, weightMatch } from 'perm-lmc';
import { beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../support/backend';
import { expectNoLeak } from '../support/invariants';

beforeAll(() => useBackend('cpu'));

const rest = ['fc1.weight', 'fc1.bias', 'fc2.weight', 'fc2.bias', 'layer1.0.bn1.weight'];
const behind = (prefix: string) => rest.map((name) => prefix + name);

describe('prefixMapping', () => {
  it.each([
    ['', 'module.'],
    ['module.', ''],
    ['model.', 'module.'],
    ['net.encoder.', 'net.decoder.'],
    ['a/b/', 'c|'],
    ['module.module.', 'module.'],
    ['fc1.', ''],
  ])("finds that '%s' in a stands where b has '%s'", (to, from) => {
    const found = prefixMapping(behind(to), behind(from).reverse())!;
    const mapped = behind(from).map((name) => found.to + name.slice(found.from.length));
    expect(behind(from).every((name) => name.startsWith(found.from))).toBe(true);
    expect(mapped).toEqual(behind(to));
  });

  it('finds the shortest prefixes', () => {
    expect(prefixMapping(behind(''), behind('module.'))).toEqual({ from: 'module.', to: '' });
    expect(prefixMapping(behind('net.a.'), behind('net.b.'))).toEqual({
      from: 'net.b.',
      to: 'net.a.',
    });
  });

  it.each<[string, string[], string[]]>([
    ['the same names', rest, [...rest].reverse()],
    ['names of other ends', ['fc1.weight', 'fc2.weight'], ['fc1.kernel', 'fc2.kernel']],
    ['one name more', rest, [...behind('module.'), 'module.extra']],
    ['a prefix on some', rest, [...behind('module.').slice(1), rest[0]]],
    ['words that only end alike', ['aw', 'ab'], ['xaw', 'xab']],
    ['no names', [], []],
  ])('finds nothing for %s', (_, a, b) => {
    expect(prefixMapping(a, b)).toBeNull();
  });

  it('takes time in proportion to the names, however alike they are', { timeout: 10_000 }, () => {
    const names = (first: string) =>
      Array.from({ length: 2000 }, (_, i) => `${first}.${'a.'.repeat(i)}w`);
    expect(prefixMapping(names('x'), names('y'))).toEqual({ from: 'y.', to: 'x.' });
    expect(prefixMapping(names('a'), [...names('a').slice(1), 'a'])).toBeNull();
    const long = 'a.'.repeat(100_000);
    expect(prefixMapping([`${long}w`], [`z.${long}w`])).toEqual({ from: 'z.', to: '' });
    expect(prefixMapping([`${long}w`], [`${long}x`])).toBeNull();
  });
});

describe('renamePrefix', () => {
  it('gives new tensors under the new names, and leaves the old ones alive', async () => {
    const params = { 'module.w': tf.tensor1d([1, 2]), 'module.b': tf.scalar(3) };
    const renamed = await expectNoLeak(() => {
      const result = renamePrefix(params, { from: 'module.', to: '' });
      const values = Object.entries(result).map(([name, x]) => [name, Array.from(x.dataSync())]);
      tf.dispose(result);
      return values;
    });
    expect(renamed).toEqual([
      ['w', [1, 2]],
      ['b', [3]],
    ]);
    expect(Array.from(params['module.w'].dataSync())).toEqual([1, 2]);
  });

  it('refuses a name that begins otherwise, by its name', () => {
    const params = { 'module.w': tf.scalar(1), b: tf.scalar(1) };
    expect(() => renamePrefix(params, { from: 'module.', to: '' })).toThrow(/parameter 'b'/);
    expect(() => renamePrefix({ 'module.': tf.scalar(1) }, { from: 'module.', to: '' })).toThrow(
      /would have an empty name/,
    );
  });
});

describe('networks whose names differ by a prefix', () => {
  it('are refused with the mapping that helps', async () => {
    const a = { w: tf.ones([2, 2]), v: tf.ones([2, 2]) };
    const b = { 'module.w': tf.ones([2, 2]), 'module.v': tf.ones([2, 2]) };
    const remedy =
      /differ by a prefix alone: pass renamePrefix\(b, \{ from: 'module\.', to: '' \}\)/;
    const spec = permutationSpec({ w: '_ h', v: 'h _' });
    await expect(weightMatch(spec, a, b)).rejects.toThrow(remedy);
    const mended = renamePrefix(b, { from: 'module.', to: '' });
    await expect(weightMatch(spec, a, mended)).resolves.toHaveProperty('objective', 8);
    expect(() => average([a, b])).toThrow(/renamePrefix/);
  });
});
