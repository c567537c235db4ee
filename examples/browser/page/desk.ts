import { find, onPress } from './dom';

/** Where the page says what is happening, at the foot of the window. */
export interface Desk {
  /** Whether long work is going on. */
  readonly isBusy: boolean;
  /** Says what is happening; `detail` is not read aloud. */
  say(text: string, detail?: string): void;
  /** Shows how far the work is, from 0 to 1. */
  progress(fraction: number, detail?: string): void;
  /** Shows an error until it is closed or other work begins. */
  fail(message: string): void;
  /**
   * Does long work, which can be cancelled; its errors are shown.
   *
   * @returns What it resolves to; undefined if it failed, was cancelled, or other work goes on.
   */
  during<Result>(work: (signal: AbortSignal) => Promise<Result>): Promise<Result | undefined>;
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

  onPress(cancel, () => running?.abort());
  onPress(find('error-close', HTMLButtonElement), () => {
    error.hidden = true;
  });

  function show(isBusy: boolean): void {
    cancel.hidden = !isBusy;
    progress.hidden = !isBusy;
    document.body.classList.toggle('is-busy', isBusy);
    if (isBusy) {
      error.hidden = true;
      progress.removeAttribute('value');
    } else detail.textContent = '';
    onChange();
  }

  const desk: Desk = {
    get isBusy() {
      return running !== null;
    },
    say(text, more = '') {
      // Written again, the same words would be read aloud again.
      if (status.textContent !== text) status.textContent = text;
      detail.textContent = more;
    },
    progress(fraction, more = '') {
      progress.value = fraction;
      detail.textContent = more;
    },
    fail(message) {
      errorText.textContent = message;
      error.hidden = false;
    },
    async during(work) {
      if (running) return undefined;
      running = new AbortController();
      show(true);
      try {
        return await work(running.signal);
      } catch (reason) {
        const { name } = reason as Error;
        if (name === 'AbortError') desk.say('Cancelled. The networks are as they were.');
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
