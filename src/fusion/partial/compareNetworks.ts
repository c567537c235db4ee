import { includedParameters } from '../../matching/internal';
import type { ParameterFilter, Params } from '../../params';
import { mapParams } from '../../params/internal';
import type { PermutationSpec } from '../../symmetry';
import { placesOn, type ResolvedSpec } from '../../symmetry/internal';
import { finiteValues } from '../units/finiteValues';
import { placedView } from '../units/placedView';
import type { ComparedNetworks, SizedNetwork } from './comparedNetworks';
import type { MergedSize } from './mergedSize';
import { pairGroups } from './pairGroups';
import type { ResolvedPair } from './resolvePair';

/** The settings of a comparison. */
export interface ComparisonSettings {
  readonly size: MergedSize;
  readonly include: ParameterFilter;
  readonly yieldPoint: () => Promise<void>;
}

/**
 * Reads what a match compares of two networks.
 *
 * @throws InvalidInputError when sizes are out of reach, nothing is left to compare, or a value is not finite.
 */
export async function compareNetworks(
  spec: PermutationSpec,
  { a, b, resolvedA, resolvedB }: ResolvedPair,
  { size, include, yieldPoint }: ComparisonSettings,
): Promise<ComparedNetworks> {
  const families = pairGroups(spec, resolvedA.groups, resolvedB.groups, size);
  const dtypes = mapParams(a, ({ dtype }) => dtype);
  const names = includedParameters(resolvedA, dtypes, include).filter(
    (name) => placesOn(resolvedA.places, name).length > 0,
  );
  return {
    a: await sizedNetwork('a', a, resolvedA, names, yieldPoint),
    b: await sizedNetwork('b', b, resolvedB, names, yieldPoint),
    names,
    families,
  };
}

async function sizedNetwork(
  label: string,
  params: Params,
  resolved: ResolvedSpec,
  names: readonly string[],
  yieldPoint: () => Promise<void>,
): Promise<SizedNetwork> {
  const values = await finiteValues(params, names, ` of ${label}`, yieldPoint);
  const views = new Map(
    names.map((name) => [name, placedView(name, params[name].shape, resolved)]),
  );
  return { resolved, views, values };
}
