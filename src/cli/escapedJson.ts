import { HIDDEN } from '../plainText';

/**
 * A JSON document with the same values and with `\u…` for characters that control a terminal or are invisible, which
 * `JSON.stringify` leaves as they are. Line ends between the values stay.
 */
export function escapedJson(json: string): string {
  return json.replace(HIDDEN, (char) => (char === '\n' ? char : inJson(char)));
}

/** A character as JSON strings escape it: each half of a pair on its own. */
function inJson(char: string): string {
  return Array.from({ length: char.length }, (_, i) => {
    return `\\u${char.charCodeAt(i).toString(16).padStart(4, '0')}`;
  }).join('');
}
