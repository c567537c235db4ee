import { assertChoice, assertOptions } from '../../checks';
import { named } from '../../errors';
import type { Params } from '../../params';
import { mapParams } from '../../params/internal';
import { assertSeed, createDeviceYieldPoint } from '../../runtime';
import { type PermutationSpec, resizeSpec } from '../../symmetry';
import { type ResolvedGroup, resolveShapes, resolveSpec, shapesOf } from '../../symmetry/internal';
import { embedParams } from '../embed/embedParams';
import { specOfNetwork } from '../embed/specOfNetwork';
import { combinedShapes } from '../units/combinedShapes';
import { assertWidenable } from './assertWidenable';
import { newProducers } from './newProducers';
import { planWidening } from './planWidening';
import { assertNorms, type NormsByGroup, rescaleNorms } from './rescaleNorms';
import { widenedSizes } from './widenedSizes';
import type { WidenFill } from './widenFill';

/** Options of {@link widen}. */
export interface WidenOptions {
  /** The producers of new units. Default `'zero'`. Units that are read together do not depend on it. */
  fill?: WidenFill;
  /** The seed of random producers. Default 0. */
  seed?: number;
  /**
   * The scale of dot products over a group in the forward function, such as those of queries and keys: `'scaled'` if it
   * divides by the square root of the group's size inside its parent, read from shapes; `'fixed'` if the scale does not
   * change with the size. Needed where such a group is widened: the spec does not know it.
   */
  dotProducts?: 'scaled' | 'fixed';
  /**
   * Groups whose layer norms or RMS norms you give another ε, with the names of the norms' parameters. Such a group can
   * have any size: zeros are added, and the gains become γ·√(n/N). The result's `epsilon` has the factor n/N of ε. A
   * stream under layer norms is centred, which keeps the function if only layer norms read it. Default: none.
   */
  norms?: NormsByGroup;
  /** Aborts the work. Its tensors are disposed, and its promise rejects with the signal's reason. */
  signal?: AbortSignal;
}

/** The result of {@link widen}. */
export interface WidenResult {
  /** The wider network: new tensors; the caller disposes them. */
  readonly params: Params;
  /** The spec with the new sizes. */
  readonly spec: PermutationSpec;
  /** By group, `[new units]`: the unit that each unit was or copies; −1 for a new one. */
  readonly units: Record<string, Int32Array>;
  /** By group of `norms`, the factor n/N of ε. */
  readonly epsilon: Record<string, number>;
}

/**
 * Widens a network without changing its function: groups get more units.
 *
 * A new unit's consumers are zero, so nothing reads it; its producers hold what `fill` says. In a batch norm it has mean 0,
 * variance 1, gain 1 and offset 0. Units that the network reads together (`joint` of the spec) need more:
 *
 * - under a layer norm, an RMS norm, a group norm, a mean or a maximum, N must be k·n: every unit is there k times, side
 *   by side, with 1/k of its consumers each. For other N, see `norms`.
 * - in a dot product of queries and keys of size d, zeros are added; if the forward function divides by √D, both are
 *   multiplied by (D/d)^¼ (`dotProducts`).
 * - under a softmax it is refused.
 *
 * The forward function must read sizes from the shapes of its parameters, or be written for the new ones.
 *
 * @param spec - The axes that share each group, with roles and joint uses.
 * @param params - The network, such as `params.kernel` `[inputs, units]`; left as it is.
 * @param sizes - The new number of units of some groups. That of a group inside another is over all units of the other;
 * if it is left out, each new unit of the other has as many as before.
 * @param options - All have defaults.
 * @throws InvalidInputError when the network does not fit the spec, a group would get fewer units, the function cannot be
 * kept, a role is not known, or an option is out of range. AbortError on abort.
 * @see Chen, Goodfellow & Shlens 2016, Net2Net (arXiv 1511.05641), for `'copy'`.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { permutationSpec, widen } from 'perm-lmc';
 *
 * const spec = permutationSpec({ in: '_ h>', out: '>h _' });
 * const network = { in: tf.tensor2d([[1, 2]]), out: tf.tensor2d([[6], [4]]) };
 * const wider = await widen(spec, network, { h: 3 }, { fill: 'copy' });
 * await wider.params.in.data(); // Float32Array [1, 2, 1]
 * await wider.params.out.data(); // Float32Array [3, 4, 3]
 * wider.units.h; // Int32Array [0, 1, 0]
 * ```
 */
export async function widen(
  spec: PermutationSpec,
  params: Params,
  sizes: Readonly<Record<string, number>>,
  options: WidenOptions = {},
): Promise<WidenResult> {
  return named('widen', async () => {
    assertOptions(options, {
      ...{ fill: true, seed: true, dotProducts: true, norms: true, signal: true },
    });
    const { fill = 'zero', seed = 0, dotProducts, norms = {}, signal } = options;
    assertChoice('fill', fill, ['zero', 'copy', 'random']);
    if (dotProducts !== undefined) assertDotProducts(dotProducts);
    assertSeed(seed);
    const own = specOfNetwork(spec, params);
    const resolved = resolveSpec(own, params);
    assertNorms(own, resolved, norms);
    const wider = widenedSizes(resolved.groups, sizes);
    const rescaled = new Set(Object.keys(norms));
    const plan = planWidening(own, resolved.groups, wider, {
      fill,
      dotProducts: dotProducts ?? null,
      rescaled,
    });
    assertWidenable(params, resolved, plan, rescaled);
    const resized = resizeSpec(own, changedSizes(resolved.groups, wider));
    const shapes = combinedShapes(own, shapesOf(params), resized, wider);
    const target = {
      resolved: resolveShapes(resized, shapes),
      shapes,
      fill: newProducers(shapes, resolved, plan, fill === 'random' ? seed : null),
    };
    const sources = Object.fromEntries([...plan].map(([name, { source }]) => [name, source]));
    const edit = rescaleNorms(own, resolved, shapesOf(params), wider, norms);
    return {
      params: await embedParams(
        target,
        [{ params, resolved, sources, edit }],
        createDeviceYieldPoint(signal),
      ),
      spec: resized,
      units: mapParams(sources, ({ of }) => of),
      epsilon: Object.fromEntries(
        resolved.groups
          .filter(({ name }) => rescaled.has(name))
          .map(({ name, size }) => [name, size / wider[name]]),
      ),
    };
  });
}

function assertDotProducts(dotProducts: unknown): void {
  assertChoice(
    'dotProducts',
    dotProducts,
    ['scaled', 'fixed'],
    "Pass 'scaled' if the forward function divides by the square root of the size",
  );
}

/** The sizes of the groups that change. */
function changedSizes(
  groups: readonly ResolvedGroup[],
  sizes: Readonly<Record<string, number>>,
): Record<string, number> {
  return Object.fromEntries(
    groups.filter(({ name, size }) => sizes[name] !== size).map(({ name }) => [name, sizes[name]]),
  );
}
