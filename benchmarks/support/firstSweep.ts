import * as tf from '@tensorflow/tfjs-core';
import { isTrainable, randomPermutations } from 'perm-lmc';
import { solveAssignment } from '../../src/assignment';
import { packedProducts } from '../../src/matching/products/packedProducts';
import { panelWorkspace, workspaceSize } from '../../src/matching/products/panelWorkspace';
import { descentState, descentStep } from '../../src/matching/weights/descentState';
import { placeWork } from '../../src/matching/weights/gramWork';
import { passWork } from '../../src/matching/weights/passWork';
import { matchGrams } from '../../src/matching/weights/runMatch';
import { linearTerms } from '../../src/matching/weights/similarityKernel';
import { tensorNetworks } from '../../src/matching/weights/tensorNetworks';
import { type Architecture, initialise } from './networks';

/** The depth of the panels of a product. */
const DEPTH = 256;

/** The first sweep of a coordinate descent between two independent networks, and products of the kernel alone. */
export interface FirstSweep {
  /** The multiplications and additions of the grams of one sweep, in 10⁹. */
  readonly gflop: number;
  /** Makes a sweep from random permutations, with nothing kept from others. */
  sweep(): Promise<void>;
  /** Multiplies packed panels of the widest group until it has made about this number of 10⁹ operations; returns it. */
  multiply(gflop: number): number;
  dispose(): void;
}

/** Prepares first sweeps. The values of the networks are read before. */
export async function firstSweep(architecture: Architecture): Promise<FirstSweep> {
  const { spec } = architecture;
  const [a, b] = [initialise(architecture, 1), initialise(architecture, 2)];
  const settings = { include: isTrainable, engine: 'packed', threads: undefined } as const;
  const networks = tensorNetworks(spec, a, b, settings);
  const { weights, names, resolved } = networks;
  const { groups } = resolved;
  const terms = linearTerms(names, resolved.places);
  const initial = randomPermutations(spec, a, { seed: 1 });
  const widest = Math.max(...groups.map(({ size }) => size));
  const products = terms.flatMap((term) =>
    term.places.map((place) => placeWork(weights, { term, place }) - passWork(weights, [term])),
  );
  for (const name of names) {
    await weights.values('a', name);
    await weights.values('b', name);
  }
  return {
    gflop: products.reduce((sum, each) => sum + (2 * each) / 1e9, 0),
    async sweep() {
      const target = packedProducts(weights, terms);
      const grams = matchGrams(
        target,
        groups.map(({ name }) => name),
        true,
      );
      const common = { groups, solver: solveAssignment, yieldPoint: async () => {} };
      const setting = { target, grams, ...common };
      const state = descentState(setting, initial);
      for (const { name } of groups) await descentStep(setting, state, name);
      grams.dispose();
    },
    multiply: (gflop) => multiplyPanels(widest, gflop),
    dispose() {
      networks.dispose();
      tf.dispose([a, b]);
    },
  };
}

/** Multiplies packed panels of n units. */
function multiplyPanels(n: number, gflop: number): number {
  const { left, right, sums, multiply } = panelWorkspace(workspaceSize(n, n, DEPTH));
  for (const each of [left, right]) each.fill(0.5);
  sums.fill(0);
  const one = (2 * n * n * DEPTH) / 1e9;
  const count = Math.max(1, Math.round(gflop / one));
  for (let product = 0; product < count; product++) multiply(DEPTH);
  return count * one;
}
