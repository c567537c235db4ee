import { eastAsianWidth } from 'get-east-asian-width';

/** The number of columns of a terminal that escaped text takes: 2 for a wide character, 0 for a combining mark. */
export function textWidth(text: string): number {
  if (ASCII.test(text)) return text.length;
  let width = 0;
  for (const char of text) {
    if (!MARK.test(char)) width += eastAsianWidth(char.codePointAt(0)!);
  }
  return width;
}

const ASCII = /^[ -~]*$/;
const MARK = /^[\p{Mn}\p{Me}]$/u;
