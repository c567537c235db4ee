import { batchesOf } from '../../params/internal';
import type { ResolvedSpec } from '../../symmetry/internal';
import { chooseEngine } from '../products/chooseEngine';
import { type AssignedGroups, assignGroups, type GroupAssignment } from './assignGroups';
import { compareActivations, type NamedParams } from './compareActivations';
import type { ActivationSettings } from './completeActivationOptions';
import { plansFor } from './plansFor';

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
  const { inputs, batchSize, kernel, engine } = settings;
  await yieldPoint();
  const planOf = plansFor(resolved, networks[traced].params, settings);
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
