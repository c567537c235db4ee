import { invalid } from '../errors';
import type { NetworkSource } from '../params';
import type { NamedSource } from './withNetworkSources';

/** A network of a set, with its name. */
export interface NamedNetwork extends NamedSource {
  readonly name: string;
}

/**
 * The networks of a set. The name is the key in a record, or the index in an array.
 *
 * @throws InvalidInputError if there are fewer than `least`.
 */
export function namedNetworks(
  networks: Readonly<Record<string, NetworkSource>> | readonly NetworkSource[],
  least: number,
): NamedNetwork[] {
  const entries = typeof networks === 'object' && networks !== null ? Object.entries(networks) : [];
  if (entries.length < least) {
    throw invalid(
      `expected at least ${least} networks, received ${entries.length}`,
      'Pass an array of networks, or a record from names to networks',
      { param: 'networks', received: entries.length },
    );
  }
  return entries.map(([name, source]) => ({ name, label: `network '${name}'`, source }));
}
