import { add, dispose, mul, sub, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core';
import type { Params } from '../../params';
import type { Permutations } from '../../permutation';
import { permuteTensor, placeMovement } from '../../symmetry/internal';
import { tensorNorms } from '../products/tensorNorms';
import { tensorWeights } from '../products/tensorWeights';
import type { MatchedNetworks, NetworkPair } from '../weights/matchedNetworks';
import { type SimilarityKernel, unitScales } from '../weights/similarityKernel';
import { backendNetworks } from '../weights/tensorNetworks';
import { constantsOnce, type OwnValues } from './constantsOnce';
import { type Layer, layersOf, termsOf } from './layer';
import { type ManyNetworks, type NetworkSum, type OpenNetwork, SUM } from './manyNetworks';
import type { TensorNetwork, TensorStore } from './tensorStore';

interface BackendNetwork extends OpenNetwork {
  readonly label: string;
  /** The views of the parameters and the layers, by name. */
  readonly values: Params;
  readonly readStored: TensorNetwork['readStored'];
}

/** The state that the functions of the engine share. */
interface Engine {
  readonly store: TensorStore;
  readonly layers: readonly Layer[];
}

/**
 * Networks and their sums in tensors of the user's backend. Memory there: the sum, one open network, and the sum
 * without it.
 */
export function backendMany(
  store: TensorStore,
  kernel: SimilarityKernel,
): ManyNetworks<BackendNetwork> {
  const { resolved, names, labels } = store;
  const layers = layersOf(names, resolved.places, kernel);
  const engine = { store, layers };
  const plain = layersOf(names, resolved.places, 'linear');
  const constantsOf = constantsOnce(labels);
  return {
    count: labels.length,
    resolved,
    included: names,
    terms: termsOf(layers),
    async open(k) {
      const stored = await store.open(k);
      try {
        const { readStored, views: values } = stored;
        const given = { label: labels[k], values, readStored, dispose() {} };
        const own = await constantsOf(k, () => pairOf({ store, layers: plain }, given, given));
        return await backendNetwork(engine, stored, labels[k], own);
      } catch (error) {
        stored.dispose();
        throw error;
      }
    },
    pair: (a, b) => pairOf(engine, a, b),
    emptySum: () => backendSum(engine),
  };
}

/** An open network with its layers. Its constants are replaced in the views. */
async function backendNetwork(
  { layers }: Engine,
  stored: TensorNetwork,
  label: string,
  own: OwnValues,
): Promise<BackendNetwork> {
  const { views, readStored } = stored;
  for (const [param, values] of Object.entries(own)) {
    const { shape } = views[param];
    views[param].dispose();
    views[param] = tensor(values, shape);
  }
  const normalised: Params = {};
  try {
    for (const layer of layers) {
      if (layer.unit) normalised[layer.name] = await normalisedLayer(layer, views);
    }
  } catch (error) {
    dispose(normalised);
    throw error;
  }
  return {
    label,
    values: { ...views, ...normalised },
    readStored,
    dispose() {
      dispose(normalised);
      stored.dispose();
    },
  };
}

/** The values of a layer, with the units of its place normalised: a new tensor. */
async function normalisedLayer({ param, unit }: Layer, views: Params): Promise<Tensor> {
  const x = views[param];
  const { axis } = unit!;
  const scales = unitScales(await tensorNorms(views, views)('b', param, axis), unit!);
  const shape = x.shape.map((size, at) => (at === axis ? size : 1));
  return tidy(() => mul(x, tensor(scales, shape)));
}

/** Two sides of a match. */
function pairOf(
  { store, layers }: Engine,
  a: Pick<BackendNetwork, 'label' | 'values' | 'readStored'>,
  b: BackendNetwork,
  release: () => void = () => {},
): MatchedNetworks {
  const sides = { a, b };
  const names = layers.map(({ name }) => name);
  const pair: NetworkPair = {
    resolved: store.resolved,
    dtypes: store.dtypes,
    names,
    labels: { a: a.label, b: b.label },
    weights: tensorWeights(a.values, b.values, names),
    readStored: (network, param) => sides[network].readStored(param),
    dispose: release,
  };
  return backendNetworks(pair, a.values, b.values);
}

function backendSum(engine: Engine): NetworkSum<BackendNetwork> {
  const { layers } = engine;
  const totals: Params = {};
  const replace = (name: string, total: Tensor) => {
    totals[name]?.dispose();
    totals[name] = total;
  };
  return {
    async add({ values }, permutations) {
      for (const layer of layers) {
        const { name } = layer;
        const moved = movedLayer(layer, values, permutations);
        const before = totals[name];
        replace(name, before ? tidy(() => add(before, moved)) : moved);
        if (before) moved.dispose();
      }
    },
    async move({ values }, before, after) {
      for (const layer of layers) {
        const total = totals[layer.name];
        const change = () =>
          sub(movedLayer(layer, values, after), movedLayer(layer, values, before));
        replace(
          layer.name,
          tidy(() => add(total, change())),
        );
      }
    },
    against(network, permutations) {
      if (permutations === null) {
        return pairOf(engine, { ...network, values: totals, label: SUM }, network);
      }
      const values = tidy(() =>
        Object.fromEntries(
          layers.map((layer) => [
            layer.name,
            sub(totals[layer.name], movedLayer(layer, network.values, permutations)),
          ]),
        ),
      );
      return pairOf(engine, { ...network, values, label: SUM }, network, () => dispose(values));
    },
    agrees: () => false, // Sums in float32 differ in every order.
    dispose: () => dispose(totals),
  };
}

/** P θ of a layer: a new tensor. */
function movedLayer({ name, places }: Layer, values: Params, permutations: Permutations): Tensor {
  return permuteTensor(values[name], places, (place) => placeMovement(place, permutations));
}
