import * as tf from '@tensorflow/tfjs-core';
import { type Params, type PermutationSpec, permutationSpec } from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { chain, deepParams } from '../../../benchmarks/support/deepNetworks';
import type { MatchState } from '../../../src/matching/weights/matchJournal';
import { matchNetworks } from '../../../src/matching/weights/matchNetworks';
import { tensorNetworks } from '../../../src/matching/weights/tensorNetworks';
import { completeOptions } from '../../../src/matching/weights/weightMatchOptions';
import { useBackend } from '../../support/backend';

await useBackend('cpu');

/** The states that a journal of one sweep is given, from `before` on. */
async function statesOf(
  [spec, a, b]: readonly [PermutationSpec, Params, Params],
  before: MatchState | null = null,
) {
  const settings = completeOptions({
    method: 'coordinateDescent',
    start: 'signature',
    maxSweeps: 1,
  });
  const networks = tensorNetworks(spec, a, b, settings);
  const states: MatchState[] = [];
  const journal = { before, keep: (state: MatchState) => void states.push(state) };
  const yieldPoint = async () => {};
  const found = await matchNetworks(networks, { ...settings, yieldPoint, journal });
  return { states, found };
}

describe('the states of a match of 600 groups', () => {
  const spec = chain.spec(1202);
  const networks = [spec, deepParams(chain, spec, 1), deepParams(chain, spec, 2)] as const;

  it('are told after every third family and step, since each holds all groups', async () => {
    const { states } = await statesOf(networks);
    expect(states.filter(({ bySignature }) => bySignature)).toHaveLength(200);
    expect(states.filter(({ runs: [run] }) => run && 'point' in run)).toHaveLength(200);
  });

  it('give the same result where a match goes on from one', async () => {
    const { states, found } = await statesOf(networks);
    for (const at of [100, 300]) {
      const again = await statesOf(networks, structuredClone(states[at]));
      expect(again.found).toEqual(found);
    }
    tf.dispose(networks.slice(1) as Params[]);
  });
});

it('states are told of families, wherever their groups are in the spec', async () => {
  // 601 families, so that every third has a state. They begin at the groups 0, 1, 3, 5 ….
  const blocks = Array.from({ length: 600 }, (_, i) => i);
  const spec = permutationSpec(
    Object.fromEntries([
      ['first', 'e'],
      ...blocks.map((i) => [`block${i}`, `(p${i} c${i}[p${i}]) e`]),
    ]),
    {
      sizes: Object.fromEntries(
        blocks.flatMap((i) => [
          [`p${i}`, 2],
          [`c${i}`, 4],
        ]),
      ),
    },
  );
  const [a, b] = [1, 2].map((seed) => deepParams(chain, spec, seed));
  const { states } = await statesOf([spec, a, b]);
  expect(states.filter(({ bySignature }) => bySignature)).toHaveLength(201);
  tf.dispose([a, b]);
});
