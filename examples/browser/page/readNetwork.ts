import type { NetworkSource } from '../protocol';
import { assertFits } from './fileLimits';
import type { NetworkFile } from './fileList';
import type { Session } from './session';

/**
 * Reads the contents of a network's file. Throws, before the file is read if its size suffices to tell, for a
 * network that the page cannot hold; `command` does the same work without the page.
 */
export async function readNetwork(
  { engine, backend }: Session,
  kind: NetworkFile['kind'],
  source: NetworkSource,
  command: string,
  signal: AbortSignal,
): Promise<NetworkFile> {
  assertFits(source, backend!, command);
  const network = { ...source, kind, summary: await engine.call('inspect', source, { signal }) };
  assertFits(network, backend!, command);
  return network;
}
