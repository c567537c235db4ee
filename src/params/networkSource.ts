import { invalid } from '../errors';
import type { Params } from './params';

/**
 * A network: its params, or a function that loads them. The caller owns params that are passed. The function
 * of the library owns params that a loading function returns, and disposes them after use. A loading function
 * may be called more than once and must return new tensors with the same values each time.
 */
export type NetworkSource = Params | (() => Params | Promise<Params>);

/**
 * The params of a source.
 *
 * @param label - The name of the network in errors.
 * @param yieldPoint - Awaited after a failure: a failure that came from an abort is thrown as an AbortError.
 */
export async function loadSource(
  label: string,
  source: NetworkSource,
  yieldPoint: () => Promise<void>,
): Promise<Params> {
  if (typeof source !== 'function') return source;
  try {
    return await source();
  } catch (error) {
    await yieldPoint();
    const message = error instanceof Error ? error.message : String(error);
    throw invalid(`${label} could not be loaded: ${message}`, 'See the cause of this error', {
      cause: error,
    });
  }
}
