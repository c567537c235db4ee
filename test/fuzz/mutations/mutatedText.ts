import fc from 'fast-check';
import { ODD_NAMES } from './oddNames';

/**
 * Texts with up to five parts removed, repeated, moved or replaced.
 *
 * @param words - More texts to put in: those that the format knows.
 */
export function mutatedText(
  seeds: readonly string[],
  words: readonly string[] = [],
): fc.Arbitrary<string> {
  return fc
    .tuple(
      fc.nat(seeds.length - 1),
      fc.array(edits([...words, ...words, ...ODD_NAMES]), { minLength: 1, maxLength: 5 }),
    )
    .map(([seed, list]) => list.reduce(changed, seeds[seed]));
}

/** The most characters of a text. */
const MOST = 2 ** 16;

interface Edit {
  readonly place: number;
  /** The characters that are replaced, from the place. */
  readonly length: number;
  /** The text in their place; null for the characters themselves. */
  readonly word: string | null;
  readonly times: number;
}

function edits(words: readonly string[]): fc.Arbitrary<Edit> {
  return fc.record({
    place: fc.noShrink(fc.nat(2 ** 20)),
    length: fc.noShrink(fc.oneof(fc.nat(2), fc.nat(40))),
    word: fc.oneof(
      fc.constantFrom(null, ''),
      fc.constantFrom(...words),
      fc.string({ minLength: 1, maxLength: 3, unit: 'binary-ascii' }),
    ),
    times: fc.noShrink(fc.constantFrom(1, 1, 1, 1, 1, 2, 10, 1000)),
  });
}

function changed(text: string, { place, length, word, times }: Edit): string {
  const at = place % (text.length + 1);
  const put = word ?? text.slice(at, at + length);
  const most = Math.max(1, Math.floor((MOST - text.length) / Math.max(1, put.length)));
  return text.slice(0, at) + put.repeat(Math.min(times, most)) + text.slice(at + length);
}
