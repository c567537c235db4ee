import { dispose } from '@tensorflow/tfjs-core';
import { kindOf } from '../../checks';
import { about, invalid } from '../../errors';
import type { NetworkSource, ParameterFilter, Params } from '../../params';
import { assertForm, assertRecord, formOf, loadSource } from '../../params/internal';
import { read, type WorkControl } from '../../runtime';
import type { PermutationSpec } from '../../symmetry';
import { resolveSpec } from '../../symmetry/internal';
import { nameInStep, stack, stackedSpec } from '../stack';
import { includedParameters } from '../weights/includedParameters';
import { viewsOf } from '../weights/tensorNetworks';
import type { NetworkStore, StoredNetwork } from './networkStore';

/**
 * A network for `matchMany`: its params or a function that loads them, or an array of such sources, the steps of a
 * sequence.
 */
export type ManyNetwork = NetworkSource | readonly NetworkSource[];

/** An open network in tensors. */
export interface TensorNetwork extends StoredNetwork {
  /** The params as they are stored; those of all steps of a sequence. */
  readonly params: Params;
  /** The views of the params. */
  readonly views: Params;
}

/** A store of networks in tensors. */
export interface TensorStore extends NetworkStore<TensorNetwork> {
  /** The spec of the networks; of stacked networks for sequences. */
  readonly spec: PermutationSpec;
}

/** Networks in tensors or loaded by functions: by network the sources of its steps. */
export interface Sources {
  readonly labels: readonly string[];
  /** `[networks, steps]`: one step for networks that are no sequences. */
  readonly steps: readonly (readonly NetworkSource[])[];
}

/** The networks that the caller passed, as sources. Throws if there are too few, or sequences of different lengths. */
export function sourcesOf(networks: readonly ManyNetwork[]): Sources {
  if (!Array.isArray(networks) || networks.length < 2) {
    const received = Array.isArray(networks) ? networks.length : kindOf(networks);
    throw invalid(
      `expected an array of at least 2 networks, received ${received}`,
      'Pass the params of two networks or more, or functions that load them',
      { param: 'networks', received },
    );
  }
  const steps = networks.map((network: ManyNetwork) =>
    Array.isArray(network) ? (network as readonly NetworkSource[]) : [network as NetworkSource],
  );
  const labels = networks.map((_, k) => `network ${k}`);
  const other = steps.findIndex(({ length }) => length === 0 || length !== steps[0].length);
  if (other >= 0) {
    throw invalid(
      `${labels[other]} has ${steps[other].length} steps, ${labels[0]} has ${steps[0].length}`,
      'Pass the networks of the same steps, one or more, in the same order',
      { param: 'networks', received: steps[other].length },
    );
  }
  return { labels, steps };
}

/**
 * A store of networks in tensors. The first network that is there as params is checked against the spec; if there
 * is none, the first is loaded once for this.
 */
export async function tensorStore(
  spec: PermutationSpec,
  sources: Sources,
  include: ParameterFilter,
  control: WorkControl,
): Promise<TensorStore> {
  const { labels, steps } = sources;
  const isGiven = (each: readonly NetworkSource[]) =>
    each.every((source) => typeof source !== 'function');
  const first = Math.max(0, steps.findIndex(isGiven));
  const loaded = await loadNetwork(sources, first, control);
  try {
    return await about(labels[first], async () =>
      storeLike(spec, loaded, sources, include, first, control),
    );
  } finally {
    loaded.release();
  }
}

/** A store of networks that are like the one that is loaded. */
function storeLike(
  spec: PermutationSpec,
  loaded: LoadedNetwork,
  sources: Sources,
  include: ParameterFilter,
  first: number,
  control: WorkControl,
): TensorStore {
  const { labels, steps } = sources;
  const isSequence = steps[0].length > 1;
  resolveSpec(spec, loaded.steps[0]);
  const ownSpec = isSequence ? stackedSpec(spec, steps[0].length) : spec;
  const resolved = resolveSpec(ownSpec, loaded.params);
  const form = formOf(loaded.params);
  return {
    spec: ownSpec,
    labels,
    resolved,
    dtypes: form.dtypes,
    names: includedParameters(resolved, form.dtypes, (name) =>
      include(isSequence ? nameInStep(name) : name),
    ),
    shape: (param) => resolved.views.get(param)?.shape ?? form.shapes[param],
    async open(k) {
      const { params, release } = await loadNetwork(sources, k, control);
      try {
        assertForm(form, params, [labels[first], labels[k]]);
        return tensorNetwork(params, viewsOf(params, resolved), release);
      } catch (error) {
        release();
        throw error;
      }
    },
  };
}

function tensorNetwork(params: Params, views: Params, release: () => void): TensorNetwork {
  return {
    params,
    views,
    values: (param) => read(views[param]),
    readStored: async (param) => ({
      values: await read(params[param]),
      shape: params[param].shape,
    }),
    dispose() {
      dispose(views);
      release();
    },
  };
}

/** A network whose params are in memory. */
interface LoadedNetwork {
  readonly steps: readonly Params[];
  /** The params of all steps. */
  readonly params: Params;
  /** Disposes what a function has loaded. */
  release(): void;
}

async function loadNetwork(
  { labels, steps }: Sources,
  network: number,
  control: WorkControl,
): Promise<LoadedNetwork> {
  const loaded: Params[] = [];
  const release = () => dispose(loaded);
  const isSequence = steps[0].length > 1;
  try {
    const params: Params[] = [];
    for (const [step, source] of steps[network].entries()) {
      const label = isSequence ? `${labels[network]}, step ${step}` : labels[network];
      await control.yieldPoint();
      const own = await loadSource(label, source, control);
      if (typeof source === 'function') loaded.push(own);
      assertRecord(
        typeof source === 'function' ? `the result of the function for ${label}` : label,
        own,
      );
      params.push(own);
    }
    return { steps: params, params: isSequence ? stack(params) : params[0], release };
  } catch (error) {
    release();
    throw error;
  }
}
