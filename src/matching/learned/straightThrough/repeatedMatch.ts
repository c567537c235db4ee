import { dispose } from '@tensorflow/tfjs-core';
import type { AssignmentSolver } from '../../../assignment';
import type { Params } from '../../../params';
import type { Permutations } from '../../../permutation';
import type { RandomSource } from '../../../runtime';
import type { ResolvedSpec } from '../../../symmetry/internal';
import type { FoundMatch } from '../../matchResult';
import { backendProducts } from '../../products/backendProducts';
import { packedProducts } from '../../products/packedProducts';
import type { Products } from '../../products/products';
import { tensorWeights } from '../../products/tensorWeights';
import type { Weights } from '../../products/weights';
import { coordinateDescent } from '../../weights/coordinateDescent';
import { sweepOrders } from '../../weights/groupOrder';
import { incrementalGrams } from '../../weights/incrementalGrams';
import { linearTerms } from '../../weights/similarityKernel';
import { viewsOf } from '../../weights/tensorNetworks';

/** Settings of matches to a network that changes. */
export interface RepeatedMatchSettings {
  readonly engine: 'packed' | 'backend';
  readonly solver: AssignmentSolver;
  /** Draws the orders of the sweeps. */
  readonly random: RandomSource;
  readonly maxSweeps: number;
  readonly yieldPoint: () => Promise<void>;
}

/** Matches one network to another one that changes. */
interface RepeatedMatch {
  /** Coordinate descent from the given permutations. */
  match(to: Params, initial: Permutations): Promise<FoundMatch>;
  dispose(): void;
}

/**
 * Matches of b to a network that changes. The values of b are read once, and what is kept between the sweeps of one
 * match is dropped at its end, since all grams depend on the other network.
 *
 * @param names - The parameters to compare: each has a group.
 */
export function repeatedMatch(
  resolved: ResolvedSpec,
  b: Params,
  names: readonly string[],
  { engine, solver, random, maxSweeps, yieldPoint }: RepeatedMatchSettings,
): RepeatedMatch {
  const { groups } = resolved;
  const groupNames = groups.map(({ name }) => name);
  const terms = linearTerms(names, resolved.places);
  const viewsB = viewsOf(b, resolved);
  const weightsB = tensorWeights(viewsB, viewsB, names);
  return {
    async match(to, initial) {
      const viewsA = viewsOf(to, resolved);
      const products: Products<unknown> =
        engine === 'packed'
          ? packedProducts(joined(tensorWeights(viewsA, viewsA, names), weightsB), terms)
          : backendProducts(viewsA, viewsB, terms);
      const grams = incrementalGrams(products, groupNames);
      try {
        return await coordinateDescent(
          { target: products, grams, groups, solver, yieldPoint },
          {
            ...{ initial, maxSweeps, onStep: () => {} },
            nextOrder: sweepOrders('random', groupNames, random),
          },
        );
      } finally {
        grams.dispose();
        dispose(viewsA);
      }
    },
    dispose: () => dispose(viewsB),
  };
}

/** The values of two networks that are read separately. */
function joined(a: Weights, b: Weights): Weights {
  return {
    ...b,
    values: (network, param) => (network === 'a' ? a : b).values(network, param),
  };
}
