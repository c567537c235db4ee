/** Controls, line ends, half pairs, and characters that are invisible or change the direction of text. */
export const HIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/** The usual escapes of line ends and tabs. */
const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/**
 * Text of others as one line of visible characters: hidden ones are shown by their codes, such as `\u{9b}`. Names and
 * metadata of files could otherwise control a terminal, or look like lines of a program.
 *
 * @param most - The most characters. Of longer text the middle is left out. Default: no limit.
 */
export function plainText(text: string, most = Infinity): string {
  const code = (character: string) =>
    SHORT[character] ?? `\\u{${character.codePointAt(0)!.toString(16)}}`;
  return shortened(shortened(text, most).replace(HIDDEN, code), most); // Codes are longer than what they show.
}

/** The beginning and the end of a text, with … between them. A surrogate pair is not cut. */
function shortened(text: string, most: number): string {
  if (text.length <= most) return text;
  const start = text.slice(0, Math.ceil((most - 1) / 2)).replace(/[\ud800-\udbff]$/, '');
  const end = text.slice(text.length - Math.floor((most - 1) / 2)).replace(/^[\udc00-\udfff]/, '');
  return `${start}…${end}`;
}
