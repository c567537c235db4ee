import { expect, it } from 'vitest';
import { textOfBytes } from '../../scripts/wasmText.mjs';
import { bytesOfText } from '../../src/runtime/wasmLoader';

it('text has every byte again, in characters that no bundler escapes but the backslash', () => {
  const bytes = Uint8Array.from({ length: 512 }, (_, i) => (i < 256 ? i : (7 * i) % 256));
  const text = textOfBytes(bytes);
  expect(bytesOfText(text)).toEqual(bytes);
  expect(text).toMatch(/^[#-|]*$/);
  expect(text).not.toMatch(/["\n]/);
});

it('bytes below 88 are one character each', () => {
  expect(textOfBytes([0, 57, 58, 87])).toBe('#\\]z');
  expect(textOfBytes([88, 175, 176, 255])).toBe('{#{z|#|r');
});
