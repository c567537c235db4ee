import { invalid } from '../errors';
import type { NamedSource, NetworkSource } from './networkSource';

/** A network of a set, under its name. */
export interface NamedNetwork extends NamedSource {
  readonly name: string;
}

/**
 * The networks of a set by name: those of a record, or the places in an array.
 *
 * @throws InvalidInputError when there are fewer than `least`.
 */
export function namedNetworks(
  networks: Readonly<Record<string, NetworkSource>> | readonly NetworkSource[],
  least: number,
): NamedNetwork[] {
  const entries = typeof networks === 'object' && networks !== null ? Object.entries(networks) : [];
  if (entries.length < least) {
    throw invalid(
      `expected at least ${least} networks, received ${entries.length}`,
      'Pass an array of them, or a record from names to networks',
    );
  }
  return entries.map(([name, source]) => ({ name, label: `network '${name}'`, source }));
}
