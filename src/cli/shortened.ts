/**
 * Text of at most `most` characters: of a longer one the beginning and the end, with … between them. A pair of
 * surrogates is not cut.
 */
export function shortened(text: string, most: number): string {
  if (text.length <= most) return text;
  const start = text.slice(0, Math.ceil((most - 1) / 2)).replace(/[\ud800-\udbff]$/, '');
  const end = text.slice(text.length - Math.floor((most - 1) / 2)).replace(/^[\udc00-\udfff]/, '');
  return `${start}…${end}`;
}
