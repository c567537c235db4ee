import { printable } from './printable';
import type { OutputOptions, Session } from './session';

/** A line of the terminal that is rewritten in place. */
export interface ProgressLine {
  /** Replaces the text of the line. Texts that follow too quickly are dropped. */
  show(text: string): void;
  /** Clears the line. */
  clear(): void;
}

/** The least time between two texts, in milliseconds. */
const PAUSE = 60;

/** A progress line on standard error. It shows nothing with `--quiet`, or if standard error is no terminal. */
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
