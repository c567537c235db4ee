import { recogniseShapes } from '../architectures/internal';
import type { Shapes } from '../params/internal';
import type { PermutationSpec } from '../symmetry';
import type { Listing } from './listCheckpoints';
import type { NamedSpec } from './namedSpec';

/**
 * The spec of the first part of a network that is of one architecture, such as the `model.` of a LightningModule that
 * holds a moving average as well. A part is all tensors below a prefix that every checkpoint has. Null if there is none.
 *
 * @param family - The only family to try. Default: all.
 */
export function recognisedPart(listings: readonly Listing[], family?: string): NamedSpec | null {
  const [{ shapes, config }] = listings;
  const isEverywhere = (prefix: string) =>
    listings.every((own) => Object.keys(own.shapes).some((name) => name.startsWith(prefix)));
  for (const prefix of largePrefixes(Object.keys(shapes)).filter(isEverywhere)) {
    const { found } = recogniseShapes({ shapes: shapesBelow(prefix, shapes), config }, family);
    if (found.length !== 1) continue;
    const [{ name, spec }] = found;
    return { name, spec: below(prefix, spec), warnings: spec.derivation?.warnings ?? [] };
  }
  return null;
}

/** The least share of the names of a network below the prefix of a part: that of a network with two copies. */
const LEAST_SHARE = 1 / 4;

/** The most words of the prefix of a part. */
const MOST_WORDS = 8;

/** The prefixes of many names, in the order of the names, the shortest first. */
function largePrefixes(names: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const prefix of names.flatMap(prefixesOf)) {
    counts.set(prefix, (counts.get(prefix) ?? 0) + 1);
  }
  return [...counts.keys()].filter((prefix) => counts.get(prefix)! >= LEAST_SHARE * names.length);
}

/** The prefixes of a name that end with a separator, of up to {@link MOST_WORDS} words. */
function prefixesOf(name: string): string[] {
  const prefixes: string[] = [];
  for (const { index } of name.matchAll(/[./:|](?=.)/g)) {
    prefixes.push(name.slice(0, index + 1));
    if (prefixes.length === MOST_WORDS) break;
  }
  return prefixes;
}

function shapesBelow(prefix: string, shapes: Shapes): Shapes {
  return Object.fromEntries(
    Object.entries(shapes)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, shape]) => [name.slice(prefix.length), shape]),
  );
}

/** The spec with a prefix before the names of its parameters. */
function below(prefix: string, { params, derivation, ...own }: PermutationSpec): PermutationSpec {
  const entries = Object.entries(params).map(([name, param]) => [prefix + name, param]);
  const fixed = derivation?.fixed.map((each) => ({ ...each, param: prefix + each.param })) ?? [];
  return {
    ...own,
    params: Object.fromEntries(entries),
    ...(derivation && { derivation: { ...derivation, fixed } }),
  };
}
