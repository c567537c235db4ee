import { dispose, keep, reshape, Tensor, tidy } from '@tensorflow/tfjs-core';
import { dropRejection, kindOf } from '../../checks';
import { invalid } from '../../errors';
import type { NetworkInput, Params } from '../../params';
import { withFastProducts } from '../../runtime';
import type { ResolvedGroup, ResolvedSpec } from '../../symmetry/internal';
import type { ActivationPlan } from './unitSource';

/**
 * The activations of a network on a batch: for each group a tensor [samples…, units]. Units are in the order of
 * the spec; those of a group inside another follow the order of its parent's units. The samples are the same
 * for both networks. A group with others inside its units may be left out: these decide its permutation.
 * The function runs inside a `tidy`.
 */
export type ActivationsFn = (params: Params, input: NetworkInput) => Record<string, Tensor>;

/** Plans that call the user's function for the activations. The groups are those of the first batch. */
export function givenPlans(
  { groups }: ResolvedSpec,
  activations: ActivationsFn,
  params: Params,
): (input: NetworkInput) => ActivationPlan {
  let given: readonly ResolvedGroup[] | undefined;
  const observe = (input: NetworkInput) => {
    let found: ResolvedGroup[] = [];
    tidy(() => {
      found = givenGroups(
        groups,
        withFastProducts(() => activations(params, input)),
      );
    });
    return found;
  };
  return (input) => {
    const expected = given ?? observe(input);
    given = expected;
    return {
      sources: expected.map(({ name, size }) => ({ place: lastAxis(name, size), others: [] })),
      run: (network) => sampleRows(expected, () => activations(network, input)),
    };
  };
}

/** The groups whose activations the function has returned. */
function givenGroups(
  groups: readonly ResolvedGroup[],
  found: Record<string, Tensor>,
): ResolvedGroup[] {
  const isRecord = typeof found === 'object' && found !== null && !(found instanceof Tensor);
  const given = isRecord ? Object.keys(found) : [];
  const [names, parents] = [new Set<string>(), new Set<string | null>()];
  for (const { name, parent } of groups) {
    names.add(name);
    parents.add(parent);
  }
  const isGiven = ({ name }: ResolvedGroup) => isRecord && Object.hasOwn(found, name);
  const missing = groups.find((group) => !parents.has(group.name) && !isGiven(group));
  const stray = given.find((name) => !names.has(name));
  if (missing || stray !== undefined) {
    dropRejection(found);
    throw invalid(
      `activations returned ${isRecord ? `the groups [${given}]` : 'no record'}, the spec has [${groups.map(({ name }) => name)}]`,
      'Return a tensor for each group, under its name, not a promise',
      { param: 'activations', received: given },
    );
  }
  return groups.filter(isGiven);
}

/** The place of all units on the last axis of [samples, units]. */
function lastAxis(group: string, units: number) {
  const digits = [{ count: units, stride: 1 }];
  const layout = { kind: 'strided' as const, offset: 0, digits, loops: [] };
  return { param: group, axis: 1, group, role: null, units, copies: 1, layout, coupling: null };
}

/** The activations of each group, [samples, units]; the caller disposes them. */
function sampleRows(groups: readonly ResolvedGroup[], run: () => Record<string, Tensor>): Tensor[] {
  const kept: Tensor[] = [];
  try {
    tidy(() => {
      const found = withFastProducts(run);
      for (const { name, size } of groups) {
        assertUnits(name, size, found[name]);
        kept.push(keep(reshape(found[name], [-1, size])));
      }
    });
    return kept;
  } catch (error) {
    dispose(kept);
    throw error;
  }
}

function assertUnits(group: string, size: number, tensor: Tensor): void {
  const sound = tensor instanceof Tensor && tensor.rank > 0 && tensor.shape.at(-1) === size;
  if (!sound || tensor.dtype !== 'float32') {
    dropRejection(tensor);
    const received =
      tensor instanceof Tensor ? `${tensor.dtype} [${tensor.shape}]` : kindOf(tensor);
    throw invalid(
      `activations returned ${received} for group '${group}', expected float32 […, ${size}]`,
      'Return a tensor whose last axis is the units of the group',
      { param: 'activations', received },
    );
  }
}
