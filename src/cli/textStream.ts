import { plainText } from '../plainText';
import { escapedJson } from './escapedJson';
import { textWidth } from './textWidth';

/** A stream that bytes for a terminal, a pipe or a file are written to, as they are. */
export interface RawStream {
  /** True for a terminal. */
  readonly isTTY?: boolean;
  /** The number of columns of the terminal. */
  readonly columns?: number;
  write(text: string): unknown;
}

/**
 * A stream for text. Everything that a command shows passes through one: each line is escaped and has a bounded
 * length, and JSON is escaped.
 */
export interface TextStream {
  /** True for a terminal. */
  readonly isTTY: boolean;
  /** The number of columns of the terminal; 80 if it is not known. */
  readonly columns: number;
  /** Shows lines. A line end inside one is escaped. */
  show(lines: readonly string[]): void;
  /** Shows a JSON document. */
  showJson(json: string): void;
  /** Replaces the last line of the terminal, without a line end. */
  rewrite(line: string): void;
}

/** The most characters of a message or a question. */
export const MESSAGE = 2000;

/** The most characters of a line of a result. */
export const LINE = 10_000;

/** The text stream on a raw one. Of longer lines than `most` characters, the beginning and the end are shown. */
export function textStream(raw: RawStream, most: number): TextStream {
  return {
    isTTY: raw.isTTY === true,
    get columns() {
      return raw.columns || 80; // Some terminals have 0 columns.
    },
    show(lines) {
      raw.write(lines.map((line) => `${plainText(line, most)}\n`).join(''));
    },
    showJson(json) {
      raw.write(`${escapedJson(json)}\n`);
    },
    rewrite(line) {
      raw.write(`\r\x1b[K${fitted(line, this.columns - 1)}`);
    },
  };
}

/** The beginning of a line, escaped, that has room in a terminal of `columns` columns. */
function fitted(line: string, columns: number): string {
  const chars = [...plainText(line.slice(0, 2 * columns))];
  if (textWidth(chars.join('')) <= columns) return chars.join('');
  let width = 1; // of the …
  const end = chars.findIndex((char) => {
    width += textWidth(char);
    return width > columns;
  });
  return `${chars.slice(0, end).join('')}…`;
}
