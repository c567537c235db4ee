import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PNG } from 'pngjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decodePhotos } from '../../examples/support/decodePhotos';
import { keptBytes } from '../../examples/support/keptBytes';

describe('decodePhotos', () => {
  /** Two photographs of 2 × 2 pixels: pixel p of photograph n has red 10n + p, green 100 + p, blue 200 + p. */
  const png = () => {
    const image = new PNG({ width: 4, height: 2, colorType: 2 });
    for (let n = 0; n < 2; n++) {
      for (let p = 0; p < 4; p++)
        image.data.set([10 * n + p, 100 + p, 200 + p, 255], 4 * (4 * n + p));
    }
    return PNG.sync.write(image, { colorType: 2 });
  };

  it('gives red, green and blue of every pixel, one photograph after the other', () => {
    const first = [0, 100, 200, 1, 101, 201, 2, 102, 202, 3, 103, 203];
    const second = [10, 100, 200, 11, 101, 201, 12, 102, 202, 13, 103, 203];
    expect([...decodePhotos(png(), 2)]).toEqual([...first, ...second]);
  });

  it('refuses photographs of another size', () => {
    expect(() => decodePhotos(png(), 3)).toThrow('a row has 4 pixels, a photograph of 3 × 3 has 9');
  });
});

describe('keptBytes', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'perm-lmc-kept-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  // The test vector of SHA-256 for 'abc'.
  const [abc, sha256] = [
    Uint8Array.from(Buffer.from('abc')),
    'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  ];
  const make = (calls: string[]) => () => {
    calls.push('made');
    return abc;
  };

  it('makes the bytes once, and leaves no other file', () => {
    const [path, calls] = [join(folder, 'abc'), [] as string[]];
    for (let time = 0; time < 2; time++) {
      expect([...keptBytes(path, sha256, make(calls))]).toEqual([...abc]);
    }
    expect(calls).toEqual(['made']);
    expect(readdirSync(folder)).toEqual(['abc']);
  });

  it.each(['', 'abd', 'abcd'])('makes them again when the file holds "%s" instead', (damaged) => {
    const [path, calls] = [join(folder, 'abc'), [] as string[]];
    writeFileSync(path, damaged);
    expect([...keptBytes(path, sha256, make(calls))]).toEqual([...abc]);
    expect(calls).toEqual(['made']);
    expect(readFileSync(path, 'utf8')).toBe('abc');
  });

  it('refuses bytes of another checksum, and keeps none', () => {
    const wrong = () => Uint8Array.from(Buffer.from('abd'));
    expect(() => keptBytes(join(folder, 'abc'), sha256, wrong)).toThrow(
      /should have the SHA-256 ba7816/,
    );
    expect(readdirSync(folder)).toEqual([]);
  });
});
