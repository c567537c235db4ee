import { sizeOf } from '../../params/internal';
import type { Permutations } from '../../permutation';
import { keptValues } from '../products/keptValues';
import { weightNorms } from '../products/weightNorms';
import { LEAST_ROOM, type Weights } from '../products/weights';
import { type MatchedNetworks, packedNetworks } from '../weights/matchedNetworks';
import { type SimilarityKernel, unitScales } from '../weights/similarityKernel';
import { addMoved, movedAddresses, withoutMoved } from './addMoved';
import { constantsOnce, type OwnValues } from './constantsOnce';
import { type Layer, layersOf, termsOf } from './layer';
import { type ManyNetworks, type NetworkSum, type OpenNetwork, SUM } from './manyNetworks';
import type { NetworkStore, StoredNetwork } from './networkStore';
import { type SumValues, valuesInMemory } from './sumValues';

/** Reads the values of a layer, or of a parameter as it is. */
type ReadLayer = (name: string) => Promise<Float32Array>;

interface PackedNetwork extends OpenNetwork {
  readonly label: string;
  readonly values: ReadLayer;
  readonly readStored: StoredNetwork['readStored'];
}

interface PackedSum extends NetworkSum<PackedNetwork> {
  /** T by layer, in float64: sums of float32 values in another order differ by far less than float32 can show. */
  readonly totals: SumValues;
}

/** The memory of joint matches on typed arrays. */
export interface PackedMemory {
  /** The bytes of grams to keep between the steps of a visit. */
  readonly grams: number;
  /** The bytes of values to keep during a visit. */
  readonly values: number;
  /** Makes the values of a sum. */
  readonly newSum: () => SumValues;
}

/** The state that the functions of the engine share. */
interface Engine {
  readonly store: NetworkStore;
  readonly layers: readonly Layer[];
  readonly byName: ReadonlyMap<string, Layer>;
  readonly memory: PackedMemory;
}

/** Two sums agree up to this part of their largest value. */
const ROUNDING = 1e-12;

/**
 * Networks and their sums on typed arrays, without tfjs. Memory: the sum in float64, one open network, and the
 * values that a match keeps of both sides, at most a quarter of their size or 64 MB.
 */
export function packedMany(
  store: NetworkStore,
  kernel: SimilarityKernel,
  memory = sufficientMemory(8 * layerSize(store, kernel)),
): ManyNetworks<PackedNetwork> {
  const { resolved, names, labels } = store;
  const layers = layersOf(names, resolved.places, kernel);
  const engine = {
    store,
    layers,
    byName: new Map(layers.map((layer) => [layer.name, layer])),
    memory,
  };
  const constantsOf = constantsOnce(labels);
  return {
    count: labels.length,
    resolved,
    included: names,
    terms: termsOf(layers),
    async open(k) {
      const stored = await store.open(k);
      try {
        const network = (own: OwnValues) => packedNetwork(engine, stored, labels[k], own);
        const given = network({});
        return network(await constantsOf(k, () => pairOf(engine, given, given)));
      } catch (error) {
        stored.dispose();
        throw error;
      }
    },
    pair: (a, b) => pairOf(engine, a, b),
    emptySum: () => packedSum(engine),
  };
}

/** The number of values of all layers of a network. */
export function layerSize(
  { names, resolved, shape }: NetworkStore,
  kernel: SimilarityKernel,
): number {
  const layers = layersOf(names, resolved.places, kernel);
  return layers.reduce((sum, { param }) => sum + sizeOf(shape(param)), 0);
}

/** The memory of networks that are small beside it: all grams, and a quarter of the values or 64 MB. */
function sufficientMemory(bytes: number): PackedMemory {
  return { grams: bytes, values: Math.max(bytes / 4, LEAST_ROOM), newSum: valuesInMemory };
}

function packedNetwork(
  { store, byName }: Engine,
  stored: StoredNetwork,
  label: string,
  own: OwnValues,
): PackedNetwork {
  const plain: ReadLayer = async (param) =>
    Object.hasOwn(own, param) ? own[param] : stored.values(param);
  return {
    label,
    values: (name) => {
      const layer = byName.get(name);
      return layer?.unit ? normalised(layer, plain, store) : plain(name);
    },
    readStored: stored.readStored,
    dispose: () => stored.dispose(),
  };
}

/** The values of a layer, with the units of its place normalised. */
async function normalised(
  { param, unit }: Layer,
  plain: ReadLayer,
  { shape: shapeOf }: NetworkStore,
): Promise<Float32Array> {
  const { axis } = unit!;
  const shape = shapeOf(param);
  const values = await plain(param);
  const norms = weightNorms({ bytes: 0, shape: () => shape, values: async () => values });
  const scales = unitScales(await norms('b', param, axis), unit!);
  const inner = sizeOf(shape.slice(axis + 1));
  return values.map((value, at) => value * scales[Math.floor(at / inner) % shape[axis]]);
}

/** Two sides of a match. */
function pairOf(
  { store, layers, memory }: Engine,
  a: Pick<PackedNetwork, 'label' | 'values' | 'readStored'>,
  b: PackedNetwork,
): MatchedNetworks {
  const sides = { a, b };
  const shape = (name: string) => store.shape(paramOf(name));
  const weights: Weights = {
    bytes: memory.grams,
    shape,
    ...keptValues(
      (network, name) => sides[network].values(name),
      (name) => 4 * sizeOf(shape(name)),
      memory.values,
    ),
  };
  return packedNetworks({
    resolved: store.resolved,
    dtypes: store.dtypes,
    names: layers.map(({ name }) => name),
    labels: { a: a.label, b: b.label },
    weights,
    readStored: (network, param) => sides[network].readStored(param),
    dispose() {},
  });
}

/** The parameter of a layer, by the layer's name. */
const paramOf = (name: string) => name.split('\0')[0];

function packedSum(engine: Engine): PackedSum {
  const { layers, store, memory } = engine;
  const totals = memory.newSum();
  const add = async (network: PackedNetwork, permutations: Permutations, sign: 1 | -1) => {
    for (const { name, param, places } of layers) {
      const shape = store.shape(param);
      const total = (await totals.get(name)) ?? new Float64Array(sizeOf(shape));
      const addresses = movedAddresses(shape, places, permutations);
      addMoved(total, await network.values(name), addresses, sign);
      await totals.set(name, total);
    }
  };
  return {
    totals,
    add: (network, permutations) => add(network, permutations, 1),
    async move(network, before, after) {
      await add(network, before, -1);
      await add(network, after, 1);
    },
    against(network, permutations) {
      const values: ReadLayer = async (name) => {
        const total = (await totals.get(name))!;
        if (permutations === null) return new Float32Array(total);
        const { param, places } = engine.byName.get(name)!;
        const addresses = movedAddresses(store.shape(param), places, permutations);
        return withoutMoved(total, await network.values(name), addresses);
      };
      return pairOf(engine, { ...network, values, label: SUM }, network);
    },
    agrees: (other) => haveSameValues(layers, totals, (other as PackedSum).totals),
    dispose: () => totals.dispose(),
  };
}

/** True if all values are equal but for the rounding of float64. */
async function haveSameValues(
  layers: readonly Layer[],
  a: SumValues,
  b: SumValues,
): Promise<boolean> {
  for (const { name } of layers) {
    const [values, others] = [(await a.get(name))!, (await b.get(name))!];
    const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const agree = values.every((value, i) => Math.abs(value - others[i]) <= ROUNDING * largest);
    if (!agree) return false;
  }
  return true;
}
