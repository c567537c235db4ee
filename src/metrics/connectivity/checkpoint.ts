import { dispose } from '@tensorflow/tfjs-core';
import { invalid } from '../../errors';
import { assertComparable, assertRecord, assertTensor } from '../../params/check';
import type { Params } from '../../params/params';

/**
 * A network, or a function that loads it. Params belong to the caller and are left as they are. What a
 * function returns is disposed after use; it is called again where the network is needed again.
 */
export type Checkpoint = Params | (() => Params | Promise<Params>);

/** A network and what to call it in an error. */
export interface NamedCheckpoint {
  readonly name: string;
  readonly checkpoint: Checkpoint;
}

/** Throws unless all networks that are there already can be compared with the first of them. */
export function assertCheckpoints(fn: string, checkpoints: readonly NamedCheckpoint[]): void {
  const known = checkpoints.filter(({ checkpoint }) => typeof checkpoint !== 'function');
  for (const { name, checkpoint } of known) {
    const [first] = known;
    assertComparable(fn, first.checkpoint as Params, checkpoint as Params, [first.name, name]);
  }
}

/** Loads networks, one after another, for work that is given them all; disposes those that were loaded for it. */
export async function withCheckpoints<T>(
  fn: string,
  checkpoints: readonly NamedCheckpoint[],
  work: (networks: Params[]) => Promise<T>,
): Promise<T> {
  const loaded: Params[] = [];
  try {
    const networks: Params[] = [];
    for (const each of checkpoints) {
      const params = await load(fn, each, loaded);
      networks.push(params);
      if (networks.length > 1) {
        assertComparable(fn, networks[0], params, [checkpoints[0].name, each.name]);
      }
    }
    return await work(networks);
  } finally {
    dispose(loaded);
  }
}

async function load(
  fn: string,
  { name, checkpoint }: NamedCheckpoint,
  loaded: Params[],
): Promise<Params> {
  if (typeof checkpoint !== 'function') return checkpoint;
  const params = await called(fn, name, checkpoint);
  assertRecord(fn, `what the function of ${name} returned`, params);
  loaded.push(params);
  for (const [parameter, tensor] of Object.entries(params)) {
    assertTensor(fn, parameter, tensor, name);
  }
  return params;
}

async function called(
  fn: string,
  name: string,
  checkpoint: () => Params | Promise<Params>,
): Promise<Params> {
  try {
    return await checkpoint();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw invalid(
      fn,
      `${name} could not be loaded: ${message}`,
      'See the cause of this error',
      error,
    );
  }
}
