/** A signal that calls `event` when it is asked for the `calls`-th time whether it is aborted. */
export function signalAt(calls: number, event: () => void): AbortSignal {
  const throwIfAborted = () => {
    calls -= 1;
    if (calls === 0) event();
  };
  return Object.assign(new AbortController().signal, { throwIfAborted });
}
