import { dispose } from '@tensorflow/tfjs-core';
import { invalid } from '../../errors';
import { assertComparable, assertRecord } from '../../params/check';
import type { Params } from '../../params/params';
import { resolveSpec } from '../../spec/resolve';
import type { PermutationSpec } from '../../spec/spec';

/**
 * A network: its params, or a function that loads them. Params that are passed stay the caller's; what
 * a function returns belongs to the report, which disposes it after use. It must return new tensors
 * every time: it may be called more than once.
 */
export type Checkpoint = Params | (() => Params | Promise<Params>);

/** A network of a report, and what it is called in an error. */
export interface NamedCheckpoint {
  readonly label: string;
  readonly checkpoint: Checkpoint;
}

/** The params of a network: loaded where they are asked for first, kept until the scope ends. */
export type OpenCheckpoint = (network: NamedCheckpoint) => Promise<Params>;

/** Runs work that opens checkpoints; what they have loaded is disposed when it ends. */
export async function withCheckpoints<T>(
  fn: string,
  spec: PermutationSpec,
  pause: () => Promise<void>,
  work: (open: OpenCheckpoint) => Promise<T>,
): Promise<T> {
  const opened = new Map<NamedCheckpoint, Params>();
  const loaded: Params[] = [];
  try {
    return await work(async (network) => {
      const known = opened.get(network);
      if (known) return known;
      const params = await load(fn, network, pause);
      if (typeof network.checkpoint === 'function') loaded.push(params);
      assertRecord(fn, `what the function for ${network.label} returned`, params);
      resolveSpec(`${fn}, ${network.label}`, spec, params);
      opened.set(network, params);
      await pause();
      return params;
    });
  } finally {
    dispose(loaded);
  }
}

/** Throws unless every network is a function or params that fit the spec and each other. */
export function assertCheckpoints(
  fn: string,
  spec: PermutationSpec,
  networks: readonly NamedCheckpoint[],
): void {
  const given = networks.filter(({ checkpoint }) => typeof checkpoint !== 'function');
  for (const { label, checkpoint } of given) {
    assertRecord(fn, label, checkpoint);
    assertComparable(fn, given[0].checkpoint as Params, checkpoint as Params, [
      given[0].label,
      label,
    ]);
    resolveSpec(`${fn}, ${label}`, spec, checkpoint as Params);
  }
}

async function load(
  fn: string,
  { label, checkpoint }: NamedCheckpoint,
  pause: () => Promise<void>,
): Promise<Params> {
  if (typeof checkpoint !== 'function') return checkpoint;
  try {
    return await checkpoint();
  } catch (error) {
    await pause(); // An abort that the function heard first stays an abort.
    const message = error instanceof Error ? error.message : String(error);
    throw invalid(
      fn,
      `${label} could not be loaded: ${message}`,
      'See the cause of this error',
      error,
    );
  }
}
