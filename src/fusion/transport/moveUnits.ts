import { dispose } from '@tensorflow/tfjs-core';
import type { Params } from '../../params';
import { type PermutationSpec, resizeSpec } from '../../symmetry';
import { resolveShapes, resolveSpec, shapesOf } from '../../symmetry/internal';
import { embedParams } from '../embed/embedParams';
import { plainSource } from '../embed/unitSource';
import { combinedShapes } from '../units/combinedShapes';
import { combineUnits } from '../units/combineUnits';
import { identityMap } from '../units/unitMap';
import type { TransportPlan } from './transportPlan';

/**
 * Moves the units of one group along a plan. Producers W become R·W with R = diag(1/μ)·T, whose rows sum to 1, and
 * consumers V become S·V with S = T·diag(1/ν), whose columns sum to 1.
 *
 * Each unit is first divided into one part for each entry of its column, which shares its consumers by S. Then the
 * parts are merged into the units of their rows, by the weights R.
 *
 * @param units - The number of units after the move, n_A.
 * @returns New tensors for all parameters.
 */
export async function moveUnits(
  spec: PermutationSpec,
  params: Params,
  group: string,
  plan: TransportPlan,
  units: number,
  yieldPoint: () => Promise<void>,
): Promise<Params> {
  const parts = await dividedUnits(spec, params, group, plan, yieldPoint);
  try {
    const weight = plan.mass.map((mass) => mass * units);
    const maps = { [group]: { size: units, of: plan.a, weight } };
    const moved = await combineUnits([{ ...parts, maps, weight: 1 }], 'moving', yieldPoint);
    return moved.params;
  } finally {
    dispose(parts.params);
  }
}

/** A network whose units of a group are the entries of a plan. */
async function dividedUnits(
  spec: PermutationSpec,
  params: Params,
  group: string,
  { b, mass }: TransportPlan,
  yieldPoint: () => Promise<void>,
): Promise<{ spec: PermutationSpec; params: Params }> {
  const resolved = resolveSpec(spec, params);
  const { size } = resolved.groups.find(({ name }) => name === group)!;
  const sizes = Object.fromEntries(resolved.groups.map((each) => [each.name, each.size]));
  const divided = resizeSpec(spec, { [group]: b.length });
  const shapes = combinedShapes(spec, shapesOf(params), divided, { ...sizes, [group]: b.length });
  const sources = Object.fromEntries(
    resolved.groups.map(({ name, size }) => [name, plainSource(identityMap(size).of)]),
  );
  const own = { of: b, share: mass.map((each) => each * size), gain: 1 };
  const target = { shapes, resolved: resolveShapes(divided, shapes), fill: () => {} };
  const network = { params, resolved, sources: { ...sources, [group]: own } };
  return { spec: divided, params: await embedParams(target, [network], yieldPoint) };
}
