/** Lets the worker receive messages, one of which may cancel the task. Throws the signal's reason if it is aborted. */
export async function nextTurn(signal: AbortSignal): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve));
  signal.throwIfAborted();
}
