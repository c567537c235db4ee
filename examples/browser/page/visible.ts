/** The number of characters after which text is shortened. */
const LONGEST = 2000;

/**
 * Text as the page shows it. Names of tensors and files may hold any character: control characters, and those
 * that are invisible or turn the direction of writing, are written as `\u{202e}`. Long text loses its middle.
 */
export function visible(text: string): string {
  return shortened(text).replace(
    /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`,
  );
}

function shortened(text: string): string {
  if (text.length <= LONGEST) return text;
  return `${text.slice(0, LONGEST / 2)} … ${text.slice(-LONGEST / 2)}`;
}
