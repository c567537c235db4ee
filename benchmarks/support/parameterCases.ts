import * as tf from '@tensorflow/tfjs-core';
import {
  activationMatch,
  average,
  comparePermutations,
  composePermutations,
  density,
  estimateBatchNorm,
  explainSpec,
  formatSpec,
  identityPermutations,
  interpolate,
  invertPermutations,
  magnitudeMask,
  matchMany,
  type Permutations,
  parseSafetensors,
  parseSpec,
  permute,
  prefixMapping,
  randomPermutations,
  recogniseArchitecture,
  renamePrefix,
  resetBatchNorm,
  serializePermutations,
  serializeSafetensors,
  serializeSpec,
  similarityStatistics,
  taskVector,
  traceSpec,
  transport,
  transportMask,
  unitSimilarity,
  verifySpec,
  type WeightMatchOptions,
  weightMatch,
} from 'perm-lmc';
import { blocksForward, chainForward, residualForward } from './deepForward';
import { attention, chain, type DeepNetwork, products, residual } from './deepNetworks';
import type { DeepPair, ParameterCase, Work } from './deepPair';

const all = [chain, residual, attention, products];
const samples = (n: number) => tf.randomUniform([n, 3], 0, 1, 'float32', 7);

/** The functions of `perm-lmc`. */
export const parameterCases: readonly ParameterCase[] = [
  calling([chain], 'permutationSpec', ({ a }) => chain.spec(Object.keys(a).length)),
  calling(all, 'formatSpec', ({ spec, a }) => formatSpec(spec, a)),
  calling([chain], 'explainSpec', ({ spec }) => explainSpec(spec)),
  calling(all, 'serializeSpec', ({ spec }) => serializeSpec(spec)),
  on(all, 'parseSpec', ({ spec }) => {
    const text = serializeSpec(spec);
    return () => parseSpec(text);
  }),
  calling([chain, residual], 'recogniseArchitecture', ({ a }) => recogniseArchitecture(a)),
  on([chain], 'traceSpec', ({ a }) => {
    return () => traceSpec(chainForward, a, samples(2), { verify: false });
  }),
  on([chain], 'traceSpec, residual', ({ a }) => {
    return () => traceSpec(residualForward, a, samples(2), { verify: false });
  }),

  calling(all, 'permute', ({ spec, b, permutations }) => permute(spec, b, permutations)),
  calling(all, 'randomPermutations', ({ spec, b }) => randomPermutations(spec, b)),
  calling(all, 'identityPermutations', ({ spec, b }) => identityPermutations(spec, b)),
  on([chain], 'comparePermutations', ({ permutations }) => {
    return () => comparePermutations(permutations, permutations);
  }),
  on([chain], 'composePermutations, invertPermutations, serializePermutations', inverted),

  matching(all, 'weightMatch', {}),
  matching(all, 'weightMatch, one sweep', {
    ...{ start: 'identity', method: 'coordinateDescent', maxSweeps: 1 },
  }),
  matching([chain, residual], 'weightMatch, not incremental', { incremental: false, maxSweeps: 2 }),
  matching([chain, residual], 'weightMatch, cosine', { kernel: 'cosine', maxSweeps: 2 }),
  matching([chain, residual], "weightMatch, engine 'backend'", { engine: 'backend', maxSweeps: 2 }),
  matching([chain, residual], "weightMatch, bound 'signature'", { bound: 'signature' }),
  matching([chain, residual], 'weightMatch, 3 restarts', { restarts: 3, maxSweeps: 2 }),
  matching([chain, residual], 'weightMatch, search', { search: { rounds: 3 }, maxSweeps: 2 }),
  calling([chain, residual], 'matchMany', ({ spec, a, b }) => matchMany(spec, [a, b, a])),
  on([chain], 'activationMatch, traced', ({ spec, a, b }) => {
    return () => activationMatch(spec, a, b, { forward: chainForward, inputs: samples(4) });
  }),
  on([chain], 'activationMatch, given', givenActivations),
  on([chain, residual], 'unitSimilarity, similarityStatistics', ({ spec, a, b }) => {
    return async () => similarityStatistics({ similarity: await unitSimilarity(spec, a, b) });
  }),

  calling([chain], 'interpolate', ({ a, b }) => interpolate(a, b, 0.5)),
  calling([chain], 'average', ({ a, b }) => average([a, b, a])),
  on([chain], 'taskVector, transport', ({ spec, a, b, permutations }) => async () => {
    const delta = taskVector(a, b);
    return [delta, await transport(spec, { from: b, to: a, delta }, permutations)];
  }),
  on([chain], 'prefixMapping, renamePrefix', ({ a }) => () => {
    const renamed = renamePrefix(a, { from: '', to: 'model.' });
    prefixMapping(Object.keys(a), Object.keys(renamed));
    return renamed;
  }),
  on([chain], 'magnitudeMask, density, transportMask', ({ spec, a, permutations }) => async () => {
    const mask = await magnitudeMask(a, { sparsity: 0.5 });
    await density(mask);
    return [mask, await transportMask(spec, mask, permutations)];
  }),
  on([residual], 'estimateBatchNorm', ({ spec, a, b }) => {
    return () => estimateBatchNorm(spec, a, [a, b]);
  }),
  on([residual], 'resetBatchNorm', ({ a }) => {
    return () => resetBatchNorm(a, { forward: blocksForward, inputs: samples(4) });
  }),
  calling([chain], 'verifySpec', ({ spec, a }) => verifySpec(spec, chainForward, a, samples(2))),

  calling([chain], 'serializeSafetensors', ({ a }) => serializeSafetensors(a)),
  on([chain], 'parseSafetensors', async ({ a }) => {
    const bytes = await serializeSafetensors(a);
    return () => parseSafetensors(bytes).params;
  }),
];

function on(
  networks: readonly DeepNetwork[],
  name: string,
  prepare: (pair: DeepPair) => Work | Promise<Work>,
): ParameterCase {
  return { name, networks, prepare };
}

/** A case without preparation. */
function calling(
  networks: readonly DeepNetwork[],
  name: string,
  work: (pair: DeepPair) => unknown,
): ParameterCase {
  return on(networks, name, (pair) => () => work(pair));
}

function matching(
  networks: readonly DeepNetwork[],
  name: string,
  options: WeightMatchOptions,
): ParameterCase {
  return calling(networks, name, ({ spec, a, b }) => weightMatch(spec, a, b, options));
}

function inverted({ permutations }: DeepPair): Work {
  return () => {
    const inverse: Permutations = invertPermutations(permutations);
    return serializePermutations(composePermutations(permutations, inverse));
  };
}

/** Activations of 4 samples that were computed elsewhere. */
function givenActivations({ spec, a, b }: DeepPair): Work {
  const sizes = Object.entries(identityPermutations(spec, a));
  const activations = () =>
    Object.fromEntries(
      sizes.map(([group, { length }], i) => {
        return [group, tf.randomUniform([4, length], 0, 1, 'float32', i + 1)];
      }),
    );
  return () => activationMatch(spec, a, b, { activations, inputs: samples(4) });
}
