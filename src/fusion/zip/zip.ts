import { assertOptions, kindOf } from '../../checks';
import { about, invalid, named } from '../../errors';
import type { Params } from '../../params';
import {
  assertRecord,
  assertSameDtype,
  assertSameNames,
  assertTensor,
} from '../../params/internal';
import { createDeviceYieldPoint } from '../../runtime';
import { type PermutationSpec, resizeSpec } from '../../symmetry';
import { resolveSpec } from '../../symmetry/internal';
import { specOfNetwork } from '../embed/specOfNetwork';
import { assertFloats } from '../units/assertFloats';
import { combineZipped } from './combineZipped';
import { type ZipNetwork, type ZippedGroup, zipGroups } from './zipGroups';
import { completeZipOptions, ZIP_OPTIONS, type ZipOptions } from './zipOptions';
import { planZip } from './zipPlan';

/** The result of {@link zip}. */
export interface ZipResult {
  /** The zipped network; with `stopAt` its trunk, the parameters of the zipped layers. The caller disposes them. */
  readonly params: Params;
  /**
   * With `stopAt`, for each network the parameters above the trunk: `{ ...params, ...heads[k] }` is a whole network
   * for what network k was trained on. Else empty. The caller disposes them.
   */
  readonly heads: Params[];
  /** The spec of the zipped network, whose sizes are those of the merged units. */
  readonly spec: PermutationSpec;
  /** The zipped groups by name. */
  readonly groups: Readonly<Record<string, ZippedGroup>>;
}

/**
 * Zips networks (ZipIt): merges units of all networks that do the same, within each network as well as across them,
 * until N units of each group are left. No permutation is needed, and the networks may differ in width and in their
 * tasks.
 *
 * For each group all units of all networks are compared, by the correlation of their activations on data or by the
 * weights that produce them. The most similar two merge; the similarity of the merged unit to another is α·s, where s
 * is the less of those of its parts (a negative s is kept). Merges within a network are limited by β. A merged unit
 * is the mean of its members, and what read a member reads the merged unit:
 *
 *     W* = Σ_X U_X,inᵀ W_X M_X,outᵀ,     U_X[i, u(i)] = 1,     M_X[u(i), i] = 1 / (members of u(i) in all networks)
 *
 * The outputs are the mean of the networks' outputs. If the members of each merged unit agree, so is the function.
 * With `stopAt` the layers above a group stay those of each network, as heads of a shared trunk.
 *
 * The variances of batch normalisations are averaged, which is too large: recompute them with `resetBatchNorm`.
 *
 * @param spec - The axes that share each group, with the roles of producers and consumers.
 * @param networks - One network or more of the same names and dtypes; the sizes of groups may differ. All are left as
 * they are.
 * @param options - `forward` or `activations` with `inputs`, or `by: 'weights'`; all others have defaults.
 * @returns The zipped network, its spec, and the merges of each group.
 * @throws InvalidInputError when a group has no roles, is inside another, or is read together, as by a layer norm; when the
 * zip cannot stop at `stopAt`; when a size cannot be reached within the budgets, or weights to compare are not finite; where `activationMatch` throws.
 * AbortError on abort.
 * @see Stoica, Bolya et al. 2024, ZipIt! Merging models from different tasks without training (arXiv 2305.03053).
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { permutationSpec, zip } from 'perm-lmc';
 *
 * const spec = permutationSpec({ in: '_ h>', out: '>h _' });
 * const forward = (params: tf.NamedTensorMap, x: tf.Tensor) =>
 *   tf.matMul(tf.relu(tf.matMul(x as tf.Tensor2D, params.in as tf.Tensor2D)), params.out as tf.Tensor2D);
 * const networks = [1, 2].map((seed) => ({
 *   in: tf.randomNormal([8, 16], 0, 1, 'float32', seed),
 *   out: tf.randomNormal([16, 4], 0, 1, 'float32', seed),
 * }));
 * const inputs = tf.randomNormal([100, 8]);
 * const { params, groups } = await zip(spec, networks, { forward, inputs, sizes: { h: 20 } });
 * params.in.shape; // [8, 20]
 * groups.h.across; // merges of units of both networks
 * ```
 */
export async function zip(
  spec: PermutationSpec,
  networks: readonly Params[],
  options: ZipOptions,
): Promise<ZipResult> {
  return named('zip', async () => {
    assertOptions(options, ZIP_OPTIONS);
    assertNetworks(networks);
    const settings = completeZipOptions(options, networks.length);
    const own = networks.map((params, k) => zipNetwork(spec, params, networkName(k)));
    const resolved = own.map((network) => network.resolved);
    const plan = planZip(spec, resolved, Object.keys(networks[0]), settings);
    assertFloats(networks[0], resolved[0], new Set(plan.groups.map(({ group }) => group)));
    const yieldPoint = createDeviceYieldPoint(settings.signal);
    await yieldPoint();
    const groups = await zipGroups(own, plan.groups, { ...settings, yieldPoint });
    const combined = await combineZipped(own, groups, plan, yieldPoint);
    return { ...combined, spec: zippedSpec(own, groups), groups };
  });
}

function zipNetwork(spec: PermutationSpec, params: Params, name: string): ZipNetwork {
  return about(name, () => {
    const own = specOfNetwork(spec, params);
    return { name, params, spec: own, resolved: resolveSpec(own, params) };
  });
}

/** The spec of the zipped networks. A group that is not zipped keeps its size where the networks agree on it. */
function zippedSpec(
  networks: readonly ZipNetwork[],
  zipped: Readonly<Record<string, ZippedGroup>>,
): PermutationSpec {
  const [{ spec, resolved }, ...others] = networks;
  const sizes = resolved.groups.flatMap(({ name, size }, at): [string, number | null][] => {
    if (Object.hasOwn(zipped, name)) return [[name, zipped[name].size]];
    const isSame = others.every((other) => other.resolved.groups[at].size === size);
    return isSame ? [] : [[name, null]];
  });
  return resizeSpec(spec, Object.fromEntries(sizes));
}

const networkName = (index: number) => `networks[${index}]`;

function assertNetworks(networks: readonly Params[]): void {
  if (!Array.isArray(networks) || networks.length === 0) {
    const received = Array.isArray(networks) ? networks.length : kindOf(networks);
    throw invalid(
      `expected an array of at least 1 network, received ${received}`,
      'Pass the params of the networks to zip',
      { param: 'networks', received },
    );
  }
  for (const [k, params] of networks.entries()) {
    assertSameParameters(networks[0], params, [networkName(0), networkName(k)]);
  }
}

/** Throws unless two networks have parameters of the same names and dtypes. */
function assertSameParameters(
  first: Params,
  params: Params,
  names: readonly [string, string],
): void {
  assertRecord(names[1], params);
  assertSameNames(
    first,
    params,
    names,
    ({ from, to }) => `pass renamePrefix(${names[1]}, { from: '${from}', to: '${to}' })`,
  );
  for (const [name, tensor] of Object.entries(params)) {
    assertTensor(name, tensor, names[1]);
    assertSameDtype(name, first[name].dtype, tensor.dtype, names);
  }
}
