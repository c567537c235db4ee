import { unlessAborted } from './unlessAborted';

/**
 * The items of an iterable of the caller, as `for await` gives them. On abort the iteration ends with the signal's
 * reason at once, also if the next item never comes.
 */
export async function* eachUnlessAborted<T>(
  items: Iterable<T | PromiseLike<T>> | AsyncIterable<T>,
  signal: AbortSignal | undefined,
): AsyncGenerator<T, void, undefined> {
  const iterator = iteratorOf(items);
  let isOpen = true;
  const next = async () => {
    try {
      const step = await iterator.next();
      isOpen = !step.done;
      return step;
    } catch (error) {
      isOpen = false;
      throw error;
    }
  };
  try {
    for (;;) {
      const { done, value } = await unlessAborted(next(), signal);
      if (done) return;
      yield await unlessAborted(value, signal);
    }
  } finally {
    if (isOpen) await unlessAborted(close(iterator), signal);
  }
}

type AnyIterator<T> = Iterator<T | PromiseLike<T>> | AsyncIterator<T>;

function iteratorOf<T>(items: Iterable<T | PromiseLike<T>> | AsyncIterable<T>): AnyIterator<T> {
  return Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
}

async function close(iterator: AnyIterator<unknown>): Promise<void> {
  await iterator.return?.();
}
