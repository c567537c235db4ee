import type { OutputOptions, Session } from './session';

/** A line of the terminal that is rewritten in place. */
export interface ProgressLine {
  /** Replaces the text of the line. Texts that follow too quickly are dropped. */
  show(text: string): void;
  /** Clears the line. */
  clear(): void;
}

/** The least time between two texts, in milliseconds: rewritten in place, and as lines of their own. */
const PAUSE = 60;
const LINE_PAUSE = 10_000;

/**
 * A progress line on standard error. Where that is no terminal, it shows nothing, or with `--progress` a line of its
 * own now and then. It shows nothing with `--quiet`.
 */
export function progressLine({ err }: Session, { quiet, progress }: OutputOptions): ProgressLine {
  if (!quiet && err.isTTY) return rewrittenLine(err);
  return !quiet && progress ? linesNowAndThen(err) : { show: () => {}, clear: () => {} };
}

function linesNowAndThen(err: Session['err']): ProgressLine {
  let last = Number.NEGATIVE_INFINITY;
  return {
    show(text) {
      if (Date.now() - last < LINE_PAUSE) return;
      last = Date.now();
      err.show([text]);
    },
    clear() {},
  };
}

function rewrittenLine(err: Session['err']): ProgressLine {
  let last = Number.NEGATIVE_INFINITY;
  return {
    show(text) {
      if (Date.now() - last < PAUSE) return;
      last = Date.now();
      err.rewrite(text);
    },
    clear() {
      if (last !== Number.NEGATIVE_INFINITY) err.rewrite('');
      last = Number.NEGATIVE_INFINITY;
    },
  };
}
