import { describe, expect, it } from 'vitest';
import { plainText } from '../src/plainText';

describe('plain text', () => {
  it.each([
    ['layer1.conv/kernel:0 é 層 😀', 'layer1.conv/kernel:0 é 層 😀'],
    ['\x1b[2J\x07\x7f', String.raw`\u{1b}[2J\u{7}\u{7f}`],
    ['\x9b31m\x9d', String.raw`\u{9b}31m\u{9d}`],
    ['a\nwrote b\r\tc', String.raw`a\nwrote b\r\tc`],
    ['\u202egnp\u2066\u200f\u061c', String.raw`\u{202e}gnp\u{2066}\u{200f}\u{61c}`],
    ['\u2028\u2029\u200b\ufeff\u{e0041}', String.raw`\u{2028}\u{2029}\u{200b}\u{feff}\u{e0041}`],
    ['\ud83d', String.raw`\u{d83d}`],
  ])('of %j is %s', (text, plain) => {
    expect(plainText(text)).toBe(plain);
  });

  it('leaves out the middle of a long text', () => {
    expect(plainText('0123456789', 5)).toBe('01…89');
    expect(plainText('0123456789', 10)).toBe('0123456789');
  });

  it('does not cut a pair', () => {
    expect(plainText('😀😀😀😀', 6)).toBe('😀…😀');
  });

  it('is short also where codes are longer than their characters', () => {
    expect(plainText('\x1b'.repeat(1e5), 100)).toHaveLength(100);
  });
});
