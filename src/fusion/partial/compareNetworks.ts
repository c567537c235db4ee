import { invalid } from '../../errors';
import { includedParameters } from '../../matching/internal';
import type { ParameterFilter, Params } from '../../params';
import { mapParams } from '../../params/internal';
import { read } from '../../runtime';
import type { PermutationSpec } from '../../symmetry';
import { placesOn, type ResolvedSpec } from '../../symmetry/internal';
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
  const values = new Map<string, Float32Array>();
  for (const name of names) {
    await yieldPoint();
    const own = await read(params[name]);
    const bad = own.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0) {
      throw invalid(
        `parameter '${name}' of ${label} holds ${own[bad]} at flat index ${bad} of shape [${params[name].shape}]`,
        'Values of compared parameters must be finite: check whether the training diverged',
        { param: name, received: own[bad] },
      );
    }
    values.set(name, own);
  }
  const views = new Map(
    names.map((name) => [name, placedView(name, params[name].shape, resolved)]),
  );
  return { resolved, views, values };
}
