const NARROW = /[iljtfrI.,:;|!'()[\] ]/;
const WIDE = /[mwMW%@—…]/;

/**
 * An estimate of the width of a text in pixels. Without a DOM the font cannot be measured, so the estimate is
 * slightly above the width in common fonts.
 */
export function textWidth(content: string, fontSize = 13): number {
  let width = 0;
  for (const character of content) width += characterWidth(character);
  return width * fontSize;
}

/** The text, cut with an ellipsis to fit a width in pixels. */
export function fitText(content: string, width: number, fontSize = 13): string {
  if (textWidth(content, fontSize) <= width) return content;
  const kept = [...content];
  while (kept.length > 1 && textWidth(`${kept.join('')}…`, fontSize) > width) kept.pop();
  return `${kept.join('').trimEnd()}…`;
}

/** The text in lines that fit a width in pixels, broken at blanks. A word that is too long is cut. */
export function wrapText(content: string, width: number, fontSize = 13): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of content.split(/\s+/).filter((part) => part !== '')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && textWidth(longer, fontSize) > width) lines.push(line);
    line = line !== '' && textWidth(longer, fontSize) > width ? word : longer;
  }
  if (line !== '') lines.push(line);
  return lines.map((each) => fitText(each, width, fontSize));
}

function characterWidth(character: string): number {
  if (NARROW.test(character)) return 0.36;
  if (WIDE.test(character)) return 0.92;
  if (character.codePointAt(0)! > 0x2e80) return 1.05;
  return /[A-Z0-9]/.test(character) ? 0.68 : 0.61;
}
