import {
  invertPermutations,
  type Params,
  type PermutationSpec,
  permute,
  randomPermutations,
  solveAssignment,
  weightMatch,
} from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { signatureStart } from '../../../../src/matching/weights/signatures/signatureStart';
import type { SimilarityKernel } from '../../../../src/matching/weights/similarityKernel';
import { useBackend } from '../../../support/backend';
import { fibredNetworks } from '../../../support/fibredNetworks';
import { expectPermutations } from '../../../support/invariants';
import { knotty, knottyParams } from '../../../support/knotty';
import { randomParams, testNetworks } from '../../../support/networks';
import { type PreparedPair, preparedPair } from '../../../support/preparedPair';

await useBackend('cpu');

const settings = { solver: solveAssignment, yieldPoint: async () => {} };

const startOf = ({ weights, terms, groups }: PreparedPair) =>
  signatureStart(weights, terms, groups, settings);

interface Case {
  readonly name: string;
  readonly spec: PermutationSpec;
  readonly make: (seed: number) => Params;
}

const cases: readonly Case[] = [
  ...[...testNetworks, ...fibredNetworks].map((network) => ({
    name: network.name,
    spec: network.spec,
    make: (seed: number) => randomParams(network, seed),
  })),
  { name: 'knotty patterns', spec: knotty.spec, make: knottyParams },
];
const kernels: readonly SimilarityKernel[] = ['linear', 'cosine'];

describe.each(cases.flatMap((each) => kernels.map((kernel) => ({ ...each, kernel }))))(
  '$name, $kernel',
  ({ spec, make, kernel }) => {
    it('recovers planted permutations by signatures alone, and certifies them', async () => {
      for (const seed of [1, 2, 3]) {
        const a = make(seed);
        const planted = randomPermutations(spec, a, { seed: seed + 50 });
        const pair = await preparedPair(spec, a, permute(spec, a, planted), kernel);
        const { permutations, bound } = await startOf(pair);
        expect(permutations).toEqual(invertPermutations(planted));
        const reached = await pair.objective(permutations);
        expect(Math.abs(bound - reached)).toBeLessThan(1e-5 * reached);
        pair.dispose();
      }
    });

    it('bounds S at random permutations and at the end of a match', async () => {
      for (const seed of [1, 2]) {
        const [a, b] = [make(seed), make(seed + 10)];
        const pair = await preparedPair(spec, a, b, kernel);
        const { permutations, bound } = await startOf(pair);
        expectPermutations(permutations);
        const match = await weightMatch(spec, a, b, {
          kernel,
          include: () => true,
          initial: permutations,
        });
        const tried = [permutations, match.permutations];
        for (let i = 0; i < 20; i++) tried.push(randomPermutations(spec, a, { seed: i }));
        for (const each of tried) {
          expect(await pair.objective(each)).toBeLessThanOrEqual(bound * (1 + 1e-5));
        }
        pair.dispose();
      }
    });
  },
);
