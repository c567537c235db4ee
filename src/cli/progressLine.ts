import { printable } from './printable';
import type { OutputOptions, Session } from './session';

/** One line of the terminal that is written again and again. */
export interface ProgressLine {
  /** Shows this text in place of the last one; dropped where that was a moment ago. */
  show(text: string): void;
  /** Clears the line. */
  clear(): void;
}

/** Milliseconds between two texts. */
const PAUSE = 60;

/** A progress line on standard error: where that is a terminal and nobody asked for quiet. */
export function progressLine({ err }: Session, { quiet }: OutputOptions): ProgressLine {
  if (!err.isTTY || quiet) return { show: () => {}, clear: () => {} };
  let last = Number.NEGATIVE_INFINITY;
  return {
    show(text) {
      if (Date.now() - last < PAUSE) return;
      last = Date.now();
      const width = (err.columns ?? 80) - 1;
      const line = printable(text).replaceAll('\n', ' ');
      err.write(`\r\x1b[K${line.length > width ? `${line.slice(0, width - 1)}…` : line}`);
    },
    clear() {
      if (last !== Number.NEGATIVE_INFINITY) err.write('\r\x1b[K');
      last = Number.NEGATIVE_INFINITY;
    },
  };
}
