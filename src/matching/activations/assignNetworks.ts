import type { NetworkInput, Params } from '../../params';
import { batchesOf, shapeKey } from '../../params/internal';
import type { ResolvedSpec } from '../../symmetry/internal';
import type { TracedForward } from '../../tracing';
import { chooseEngine } from '../products/chooseEngine';
import { type AssignedGroups, assignGroups, type GroupAssignment } from './assignGroups';
import { compareActivations, type NamedParams } from './compareActivations';
import type { ActivationSettings } from './completeActivationOptions';
import { givenPlans } from './givenPlans';
import { type ActivationCapture, tracedPlan } from './tracedPlan';
import type { ActivationPlan } from './unitSource';

/** The networks, settings and callbacks of an assignment. */
export interface NetworkAssignment {
  /** The spec, resolved for these networks. */
  readonly resolved: ResolvedSpec;
  readonly networks: readonly NamedParams[];
  /** The network on which a forward function is traced. */
  readonly traced: number;
  readonly settings: ActivationSettings;
  readonly yieldPoint: () => Promise<void>;
  readonly assign: GroupAssignment['assign'];
}

/** Assigns the groups of several networks by their activations. */
export async function assignNetworks({
  resolved,
  networks,
  traced,
  settings,
  yieldPoint,
  assign,
}: NetworkAssignment): Promise<AssignedGroups> {
  const { forward, activations, capture, inputs, batchSize, kernel, engine } = settings;
  await yieldPoint();
  const { params } = networks[traced];
  const planOf = activations
    ? givenPlans(resolved, activations, params)
    : tracedPlans(resolved, forward!, params, capture);
  const batches = batchesOf(inputs, batchSize, planOf);
  const total = batches.count;
  const comparison = {
    networks,
    planOf,
    kernel,
    engine: chooseEngine(engine, false),
    yieldPoint,
  };
  let pass = 0;
  return assignGroups(resolved.groups, {
    networks: networks.length,
    assign,
    yieldPoint,
    compare(isWanted, permutations) {
      pass++;
      return compareActivations(comparison, {
        batches: batches.each(settings.signal),
        isWanted,
        permutations,
        onBatch: (progress) => settings.onProgress?.({ ...progress, total, pass }),
      });
    },
  });
}

/** The plan for inputs of each shape. The forward pass is traced once for each shape. */
function tracedPlans(
  resolved: ResolvedSpec,
  forward: TracedForward,
  params: Params,
  capture: ActivationCapture,
): (input: NetworkInput) => ActivationPlan {
  const found = new Map<string, (input: NetworkInput) => ActivationPlan>();
  return (input) => {
    const key = shapeKey(input);
    const plan = found.get(key) ?? tracedPlan(resolved, forward, params, input, capture);
    found.set(key, plan);
    return plan(input);
  };
}
