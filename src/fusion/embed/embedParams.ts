import { type Tensor, tensor } from '@tensorflow/tfjs-core';
import type { Params } from '../../params';
import { type Shapes, sizeOf } from '../../params/internal';
import { read } from '../../runtime';
import type { ResolvedSpec } from '../../symmetry/internal';
import { placedView } from '../units/placedView';
import { copyFilled } from './copyFilled';
import { gatherAxis } from './gatherAxis';
import type { TensorValues } from './tensorValues';
import type { UnitSources } from './unitSource';

/** A network, and its units in a wider one. */
export interface EmbeddedNetwork {
  readonly params: Params;
  readonly resolved: ResolvedSpec;
  readonly sources: UnitSources;
  /** Changes the values of a parameter before they are copied. Default: they stay. */
  readonly edit?: (param: string, values: TensorValues) => TensorValues;
}

/** The wider network before its values are computed. */
export interface EmbeddingTarget {
  readonly resolved: ResolvedSpec;
  readonly shapes: Shapes;
  /**
   * Writes the values of a parameter for where no network has the producers. They are zeros before.
   *
   * @param own - The values of the first network.
   */
  readonly fill: (param: string, values: TensorValues, own: TensorValues) => void;
}

/**
 * The params of a network that is wider than others, made from their units. A value comes from the first network that
 * has all units that produce it; it is zero if that network lacks a unit that it consumes.
 *
 * @param networks - At least one, of the same names and dtypes.
 * @returns New tensors; the caller disposes them.
 */
export async function embedParams(
  target: EmbeddingTarget,
  networks: readonly EmbeddedNetwork[],
  yieldPoint: () => Promise<void>,
): Promise<Params> {
  const embedded: Record<string, Tensor> = {};
  try {
    for (const name of Object.keys(networks[0].params)) {
      embedded[name] = await embedParameter(name, target, networks, yieldPoint);
    }
  } catch (error) {
    for (const each of Object.values(embedded)) each.dispose();
    throw error;
  }
  return embedded;
}

async function embedParameter(
  name: string,
  { resolved, shapes, fill }: EmbeddingTarget,
  networks: readonly EmbeddedNetwork[],
  yieldPoint: () => Promise<void>,
): Promise<Tensor> {
  const { dtype } = networks[0].params[name];
  const shape = shapes[name];
  const wider = placedView(name, shape, resolved);
  const stored: TensorValues[] = [];
  for (const { params } of networks) stored.push(await read(params[name]));
  const values = arrayOf(dtype, sizeOf(shape));
  fill(name, values, stored[0]);
  for (const [n, { params, resolved: resolvedOwn, sources, edit }] of [
    ...networks.entries(),
  ].reverse()) {
    const own = placedView(name, params[name].shape, resolvedOwn);
    const axes = wider.axes.map((_, axis) =>
      gatherAxis(wider, own, axis, sources, resolved.groups),
    );
    await copyFilled(values, edit ? edit(name, stored[n]) : stored[n], axes, yieldPoint);
  }
  return tensor(values, [...shape], dtype);
}

/** An array for the values of a tensor of this dtype. */
function arrayOf(dtype: Tensor['dtype'], size: number): TensorValues {
  if (dtype === 'int32') return new Int32Array(size);
  return dtype === 'bool' ? new Uint8Array(size) : new Float32Array(size);
}
