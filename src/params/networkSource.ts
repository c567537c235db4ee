import { dispose } from '@tensorflow/tfjs-core';
import { invalid } from '../errors';
import { unlessAborted, type WorkControl } from '../runtime';
import type { Params } from './params';

/**
 * A network: its params, or a function that loads them. The caller owns params that are passed. The function
 * of the library owns params that a loading function returns, and disposes them after use. A loading function
 * may be called more than once and must return new tensors with the same values each time. On abort the library
 * does not wait for it, and disposes params that come later.
 */
export type NetworkSource = Params | (() => Params | Promise<Params>);

/**
 * The params of a source.
 *
 * @param label - The name of the network in errors.
 * @param control - On abort it is not waited for, and params that come later are disposed.
 */
export async function loadSource(
  label: string,
  source: NetworkSource,
  { signal, yieldPoint }: WorkControl,
): Promise<Params> {
  if (typeof source !== 'function') return source;
  try {
    return await unlessAborted(source(), signal, (late) => dispose(late));
  } catch (error) {
    await yieldPoint(); // Throws the signal's reason if it was an abort.
    const message = error instanceof Error ? error.message : String(error);
    throw invalid(`${label} could not be loaded: ${message}`, 'See the cause of this error', {
      cause: error,
    });
  }
}
