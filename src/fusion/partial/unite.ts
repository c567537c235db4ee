import { assertChoice, assertOptions } from '../../checks';
import { invalid, named } from '../../errors';
import type { Params } from '../../params';
import { isVariance } from '../../params/internal';
import { createDeviceYieldPoint } from '../../runtime';
import { type PermutationSpec, resizeSpec } from '../../symmetry';
import { assertRoles, type ResolvedGroup, resolveShapes, shapesOf } from '../../symmetry/internal';
import { type EmbeddedNetwork, embedParams } from '../embed/embedParams';
import type { TensorValues } from '../embed/tensorValues';
import { plainSource } from '../embed/unitSource';
import { combinedShapes } from '../units/combinedShapes';
import { assertPairs } from './assertPairs';
import type { UnitPairs } from './comparedNetworks';
import { type ResolvedPair, resolvePair } from './resolvePair';
import { type UnionUnits, unionUnits } from './unionUnits';

/** Options of {@link unite}. */
export interface UniteOptions {
  /**
   * The units that the two networks have afterwards: `'all'`, or those of `'a'`, whose width stays: units of b that are
   * alone are deleted, which changes b's function. Default `'all'`.
   */
  keep?: 'all' | 'a';
  /** Aborts the work. Its tensors are disposed, and its promise rejects with the signal's reason. */
  signal?: AbortSignal;
}

/** Two networks of one width, from {@link unite}. */
export interface UnitedNetworks {
  /** The first network: new tensors; the caller disposes them. It computes the function of the first argument. */
  readonly a: Params;
  /** The second network: new tensors; the caller disposes them. */
  readonly b: Params;
  /** The spec with the sizes of both. */
  readonly spec: PermutationSpec;
  /** By group, for each unit of both networks the units of the arguments that it is. */
  readonly units: Record<string, UnionUnits>;
}

/**
 * Two networks of different width as networks of one width, along the pairs of {@link partialMatch}. Paired units share
 * a place; the others have one of their own, in the order of A and then of B. After it, `interpolate`, `barrier` and
 * everything else that compares networks works.
 *
 * Each network keeps its function: it does not read the units of the other that are alone, whose consumers are zero.
 * Their producers are those of the other network, so that the interpolated network has them as they are. With rows in,
 * columns out, P the pairs, A and B the units alone:
 *
 *     P: (1−α)A + αB    A    B
 *     A: (1−α)A         A    0
 *     B: αB             0    B
 *
 * Without pairs, interpolation gives (1−α)·f_A + α·f_B.
 *
 * @param spec - The axes that share each group, with roles for the groups that have units alone.
 * @param a - A network, such as `a.kernel` `[inputs, n_A]`.
 * @param b - Another of the same names, such as `b.kernel` `[inputs, n_B]`. Both are left as they are.
 * @param pairs - By group, `[units of a]`: the unit of b, or −1.
 * @param options - All have defaults.
 * @throws InvalidInputError when the networks or the pairs do not fit the spec, a group with units alone has no roles, or
 * its units are read together. AbortError on abort.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { interpolate, permutationSpec, unite } from 'perm-lmc';
 *
 * const spec = permutationSpec({ in: '_ h>', out: '>h _' });
 * const a = { in: tf.tensor2d([[1, 2]]), out: tf.tensor2d([[1], [4]]) };
 * const b = { in: tf.tensor2d([[1, 5]]), out: tf.tensor2d([[3], [1]]) };
 * const united = await unite(spec, a, b, { h: Int32Array.of(0, -1) });
 * const half = interpolate(united.a, united.b, 0.5);
 * await half.in.data(); // Float32Array [1, 2, 5]
 * await half.out.data(); // Float32Array [2, 2, 0.5]
 * ```
 */
export async function unite(
  spec: PermutationSpec,
  a: Params,
  b: Params,
  pairs: UnitPairs,
  options: UniteOptions = {},
): Promise<UnitedNetworks> {
  return named('unite', async () => {
    assertOptions(options, { keep: true, signal: true });
    const { keep = 'all', signal } = options;
    assertChoice('keep', keep, ['all', 'a']);
    const pair = resolvePair(spec, a, b);
    assertPairs(pairs, pair.resolvedA.groups, pair.resolvedB.groups);
    const units = unionUnits(pair.resolvedA.groups, pair.resolvedB.groups, pairs, keep);
    assertUnitable(pair, pairs, units);
    const target = unionTarget(pair, units);
    const [ownA, ownB] = [embedded('a', pair, units), embedded('b', pair, units)];
    const yieldPoint = createDeviceYieldPoint(signal);
    const unitedA = await embedParams(target, [ownA, ownB], yieldPoint);
    try {
      const unitedB = await embedParams(target, [ownB, ownA], yieldPoint);
      return { a: unitedA, b: unitedB, spec: target.spec, units };
    } catch (error) {
      for (const each of Object.values(unitedA)) each.dispose();
      throw error;
    }
  });
}

/** Throws unless groups with units alone have roles, and are not read together. */
function assertUnitable(
  { resolvedA, resolvedB, specA }: ResolvedPair,
  pairs: UnitPairs,
  units: Readonly<Record<string, UnionUnits>>,
): void {
  const alone = resolvedA.groups.filter(({ name }) =>
    [units[name].a, units[name].b].some((own) => own.includes(-1)),
  );
  const names = new Set(alone.map(({ name }) => name));
  assertRoles(resolvedA, 'uniting networks', names);
  for (const own of resolvedA.groups) {
    const { joint = [] } = specA.groups.find(({ name }) => name === own.name)!;
    const other = resolvedB.groups.find(({ name }) => name === own.name)!;
    if (joint.length === 0 || isWhole(own, other, pairs)) continue;
    throw invalid(
      `group '${own.name}' has units without partners, and the network reads its units together (${joint.join(', ')})`,
      'Pair all of its units: widen the narrower network first with widen',
      { param: own.name, received: joint },
    );
  }
}

/** True if the units of a group inside each pair of units of the parent are all paired. */
function isWhole(own: ResolvedGroup, other: ResolvedGroup, pairs: UnitPairs): boolean {
  if (own.inner !== other.inner) return false;
  const above = own.parent === null ? null : pairs[own.parent];
  return pairs[own.name].every(
    (unit, i) => unit >= 0 || (above !== null && above[Math.floor(i / own.inner)] < 0),
  );
}

/** The spec, places and shapes of the union. */
function unionTarget(
  { specA, a, resolvedA }: ResolvedPair,
  units: Readonly<Record<string, UnionUnits>>,
) {
  const sizes = Object.fromEntries(
    resolvedA.groups.map(({ name }) => [name, units[name].a.length]),
  );
  const changed = resolvedA.groups.filter(({ name, size }) => sizes[name] !== size);
  const spec = resizeSpec(
    specA,
    Object.fromEntries(changed.map(({ name }) => [name, sizes[name]])),
  );
  const shapes = combinedShapes(specA, shapesOf(a), spec, sizes);
  return { spec, shapes, resolved: resolveShapes(spec, shapes), fill: unionFill };
}

function embedded(
  side: 'a' | 'b',
  pair: ResolvedPair,
  units: Readonly<Record<string, UnionUnits>>,
): EmbeddedNetwork {
  const resolved = side === 'a' ? pair.resolvedA : pair.resolvedB;
  const sources = Object.fromEntries(
    Object.entries(units).map(([name, own]) => [name, plainSource(own[side])]),
  );
  return { params: pair[side], resolved, sources };
}

/** Units that neither network has, which fill up blocks, have variance 1 in a batch norm. */
function unionFill(param: string, values: TensorValues): void {
  if (isVariance(param)) values.fill(1);
}
