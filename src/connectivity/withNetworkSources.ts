import { dispose } from '@tensorflow/tfjs-core';
import { about } from '../errors';
import type { NetworkSource, Params } from '../params';
import { assertComparable, assertRecord, loadSource } from '../params/internal';
import type { WorkControl } from '../runtime';
import type { PermutationSpec } from '../symmetry';
import { type ResolvedSpec, resolveSpec } from '../symmetry/internal';

/** A network of a report, with its label for errors. */
export interface NamedSource {
  readonly label: string;
  readonly source: NetworkSource;
}

/** Returns the params of a network. They are loaded on the first call and kept until the scope ends. */
export type OpenSource = (network: NamedSource) => Promise<Params>;

/** Runs work that opens network sources. Loaded params are disposed when it ends. */
export async function withNetworkSources<T>(
  spec: PermutationSpec,
  control: WorkControl,
  work: (open: OpenSource) => Promise<T>,
): Promise<T> {
  const opened = new Map<NamedSource, Params>();
  const loaded: Params[] = [];
  try {
    return await work(async (network) => {
      const known = opened.get(network);
      if (known) return known;
      const params = await loadSource(network.label, network.source, control);
      if (typeof network.source === 'function') loaded.push(params);
      assertRecord(`the result of the function for ${network.label}`, params);
      about(network.label, () => resolveSpec(spec, params));
      opened.set(network, params);
      await control.yieldPoint();
      return params;
    });
  } finally {
    dispose(loaded);
  }
}

/**
 * Throws unless every network is a function, or params that fit the spec and each other.
 *
 * @returns The spec with the sizes of the params; null if all are functions.
 */
export function assertNetworkSources(
  spec: PermutationSpec,
  networks: readonly NamedSource[],
): ResolvedSpec | null {
  const given = networks.filter(({ source }) => typeof source !== 'function');
  let resolved: ResolvedSpec | null = null;
  for (const { label, source } of given) {
    assertRecord(label, source);
    assertComparable(given[0].source as Params, source as Params, [given[0].label, label]);
    resolved = about(label, () => resolveSpec(spec, source as Params));
  }
  return resolved;
}
