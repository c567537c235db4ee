import type { NetworkInput, Params } from '../../params';
import { shapeKey } from '../../params/internal';
import type { ResolvedSpec } from '../../symmetry/internal';
import type { TracedForward } from '../../tracing';
import { type ActivationsFn, givenPlans } from './givenPlans';
import { type ActivationCapture, type CapturedSide, tracedPlan } from './tracedPlan';
import type { ActivationPlan } from './unitSource';

/** The source of activations: the user's function for them, or a forward function to trace. */
export interface PlanSource {
  readonly forward?: TracedForward;
  readonly activations?: ActivationsFn;
  readonly capture: ActivationCapture;
  /** Default `'before'`. */
  readonly side?: CapturedSide;
}

/** The plan for each batch of a network. A forward pass is traced once for inputs of each shape. */
export function plansFor(
  resolved: ResolvedSpec,
  params: Params,
  { forward, activations, capture, side }: PlanSource,
): (input: NetworkInput) => ActivationPlan {
  if (activations) return givenPlans(resolved, activations, params);
  const found = new Map<string, (input: NetworkInput) => ActivationPlan>();
  return (input) => {
    const key = shapeKey(input);
    const plan = found.get(key) ?? tracedPlan(resolved, forward!, params, input, capture, side);
    found.set(key, plan);
    return plan(input);
  };
}
