import { clone, dispose, tensor, tidy } from '@tensorflow/tfjs-core';
import type { ParameterFilter, Params } from '../../params';
import { assertComparable } from '../../params/internal';
import { read } from '../../runtime';
import type { PermutationSpec } from '../../symmetry';
import { type ResolvedSpec, resolveSpec, toView } from '../../symmetry/internal';
import { dtypesOf } from '../dtypesOf';
import { backendProducts } from '../products/backendProducts';
import { chooseEngine, type ProductEngine } from '../products/chooseEngine';
import { tensorNorms } from '../products/tensorNorms';
import { tensorWeights } from '../products/tensorWeights';
import { backendMovedSums } from './backendMovedSums';
import { includedParameters } from './includedParameters';
import {
  type MatchedNetworks,
  type NetworkPair,
  packedNetworks,
  replacedWeights,
} from './matchedNetworks';
import type { MatchThreads } from './matchThreads';
import { movedSums } from './movedSums';

/** The parameters to compare, and the engine. */
export interface TensorMatchSettings {
  readonly include: ParameterFilter;
  readonly engine: ProductEngine;
  readonly threads: MatchThreads | undefined;
}

/**
 * Two networks in tensors, checked against each other and the spec. The caller disposes the result; the
 * networks' own tensors are left as they are.
 */
export function tensorNetworks(
  spec: PermutationSpec,
  a: Params,
  b: Params,
  { include, engine, threads }: TensorMatchSettings,
): MatchedNetworks {
  assertComparable(a, b);
  const resolved = resolveSpec(spec, a);
  const dtypes = dtypesOf(a);
  const names = includedParameters(resolved, dtypes, include);
  const chosen = chooseEngine(engine, threads !== undefined);
  const [viewsA, viewsB] = [viewsOf(a, resolved), viewsOf(b, resolved)];
  const pair: NetworkPair = {
    resolved,
    dtypes,
    names,
    weights: tensorWeights(viewsA, viewsB, names),
    readStored: async (network, param) => {
      const stored = { a, b }[network][param];
      return { values: await read(stored), shape: stored.shape };
    },
    dispose: () => dispose([viewsA, viewsB]),
  };
  return chosen === 'packed' ? packedNetworks(pair) : backendNetworks(pair, viewsA, viewsB);
}

/** Two networks whose products are computed on the tfjs backend. */
export function backendNetworks(pair: NetworkPair, a: Params, b: Params): MatchedNetworks {
  const { weights } = pair;
  return {
    ...pair,
    productsOf: (terms) => backendProducts(a, b, terms),
    squaredNorms: tensorNorms(a, b),
    async movedSums(parameters, permutations) {
      const sums = await backendMovedSums(a, b, parameters, permutations);
      const overflows = sums.some(
        ({ squaresA, squaresB }) => !Number.isFinite(squaresA + squaresB),
      );
      // Squares may overflow float32 where the products do not.
      return overflows ? movedSums(weights, parameters, permutations) : sums;
    },
    withValues(values) {
      for (const [param, own] of Object.entries(values)) {
        dispose([a[param], b[param]]);
        a[param] = tensor(own.a, weights.shape(param) as number[]);
        b[param] = tensor(own.b, weights.shape(param) as number[]);
      }
      return backendNetworks({ ...pair, weights: replacedWeights(weights, values) }, a, b);
    },
  };
}

/** The views of a network's parameters: new tensors, which the caller disposes. */
export function viewsOf(params: Params, { views }: ResolvedSpec): Params {
  return tidy(() =>
    Object.fromEntries(
      Object.entries(params).map(([name, stored]) => {
        const view = views.get(name);
        return [name, view ? clone(toView(stored, view)) : clone(stored)];
      }),
    ),
  );
}
