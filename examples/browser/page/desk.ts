import { find, onPress, setText } from './dom';

/** The status area at the foot of the window. */
export interface Desk {
  /** True during long work. */
  readonly isBusy: boolean;
  /** Shows a status. Screen readers do not announce `detail`. */
  say(text: string, detail?: string): void;
  /** Shows the progress of the work, from 0 to 1. */
  progress(fraction: number, detail?: string): void;
  /** Shows an error until it is closed or other work begins. */
  fail(message: string): void;
  /**
   * Runs long work, which can be cancelled. Its errors are shown, instead of an error before unless that is kept.
   *
   * @returns The result; undefined if the work failed or was cancelled, or if other work is running.
   */
  during<Result>(
    work: (signal: AbortSignal) => Promise<Result>,
    options?: { keepError?: boolean },
  ): Promise<Result | undefined>;
}

/** @param onChange - Called when long work begins and when it ends. */
export function createDesk(onChange: () => void): Desk {
  const status = find('status', HTMLElement);
  const detail = find('detail', HTMLElement);
  const progress = find('progress', HTMLProgressElement);
  const cancel = find('cancel', HTMLButtonElement);
  const error = find('error', HTMLElement);
  const errorText = find('error-text', HTMLElement);
  let running: AbortController | null = null;

  onPress(cancel, () => {
    desk.say('Cancelling.');
    running?.abort();
  });
  onPress(find('error-close', HTMLButtonElement), () => {
    error.hidden = true;
  });

  function show(isBusy: boolean): void {
    cancel.hidden = !isBusy;
    progress.hidden = !isBusy;
    document.body.classList.toggle('is-busy', isBusy);
    if (isBusy) progress.removeAttribute('value');
    else setText(detail, '');
    onChange();
  }

  const desk: Desk = {
    get isBusy() {
      return running !== null;
    },
    say(text, more = '') {
      setText(status, text);
      setText(detail, more);
    },
    progress(fraction, more = '') {
      progress.value = fraction;
      setText(detail, more);
    },
    fail(message) {
      setText(errorText, message);
      error.hidden = false;
    },
    async during(work, { keepError = false } = {}) {
      if (running) return undefined;
      running = new AbortController();
      if (!keepError) error.hidden = true;
      show(true);
      try {
        return await work(running.signal);
      } catch (reason) {
        const { name } = reason as Error;
        if (name === 'AbortError') desk.say('Cancelled. The networks are unchanged.');
        else if (name !== 'LostError') {
          desk.say('Stopped by an error.');
          desk.fail(reason instanceof Error ? reason.message : String(reason));
        }
        return undefined;
      } finally {
        running = null;
        show(false);
      }
    },
  };
  return desk;
}
