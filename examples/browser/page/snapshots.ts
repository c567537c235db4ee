import type { PlainNetwork } from '../protocol';
import { fetchBytes } from './binaryFile';
import type { Session } from './session';

/** The addresses of the networks' files, which are fetched when they are needed. */
const addresses = import.meta.glob<string>('../../data/cifar/page/*.safetensors', {
  query: '?url',
  import: 'default',
  eager: true,
});

/** Two networks that were trained beforehand, A and B, at several steps of their training. */
export interface Snapshots {
  /** The steps, ascending. */
  readonly steps: readonly number[];
  /** A and B at a step. Their files are fetched once. */
  pair(step: number, signal: AbortSignal): Promise<Pair>;
}

/** The two networks of one step. */
interface Pair {
  readonly a: PlainNetwork;
  readonly b: PlainNetwork;
}

/** The snapshots of `count` steps at most, the first and the last included. */
export function createSnapshots({ engine }: Session, count: number): Snapshots {
  const known = new Map<number, Pair>();

  async function network(seed: number, step: number, signal: AbortSignal): Promise<PlainNetwork> {
    const ending = `_s${seed}_${step}.safetensors`;
    const [path, address] = Object.entries(addresses).find(([each]) => each.endsWith(ending))!;
    const name = path.slice(path.lastIndexOf('/') + 1);
    const bytes = await fetchBytes(new URL(address, document.baseURI).href, name, signal);
    return engine.call('parseNetwork', bytes, { signal });
  }

  return {
    steps: evenly(stepsOf(Object.keys(addresses)), count),
    async pair(step, signal) {
      const pair = known.get(step);
      if (pair) return pair;
      const [a, b] = await Promise.all([1, 2].map((seed) => network(seed, step, signal)));
      known.set(step, { a, b });
      return { a, b };
    },
  };
}

function stepsOf(paths: readonly string[]): number[] {
  const steps = paths.flatMap((path) => /_s1_(\d+)\.safetensors$/.exec(path)?.[1] ?? []);
  return steps.map(Number).sort((s, t) => s - t);
}

/** At most `count` values, evenly spread from the first to the last. */
function evenly(values: readonly number[], count: number): number[] {
  if (values.length <= count) return [...values];
  return Array.from(
    { length: count },
    (_, i) => values[Math.round((i * (values.length - 1)) / (count - 1))],
  );
}
