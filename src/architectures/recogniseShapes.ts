import { InvalidInputError } from '../errors';
import type { Shapes } from '../params/internal';
import type { PermutationSpec } from '../symmetry';
import { resolveShapes } from '../symmetry/internal';
import type { Architecture, Candidate, NetworkListing } from './architecture';
import { architectures } from './architectures';

/** The architectures that a network may have. */
export interface Recognition {
  /** The architectures whose specs fit, one for each spec. */
  readonly found: readonly FoundArchitecture[];
  /** The architectures that do not fit, with the reasons. Those with the most names of the network come first. */
  readonly refused: readonly RefusedArchitecture[];
}

/** An architecture whose spec fits a network. */
interface FoundArchitecture {
  /** The family, such as `resnet`. */
  readonly family: string;
  /** The name of the network in its family, such as `resnet:2,2,2,2`. */
  readonly name: string;
  readonly spec: PermutationSpec;
}

/** An architecture that does not fit. */
interface RefusedArchitecture {
  readonly name: string;
  readonly reason: InvalidInputError;
  /** The number of names that only the network or only the spec has. All of the network's if there is no spec. */
  readonly unmatched: number;
}

/**
 * Tries the architectures on the names and shapes of a network. Names and shapes do not determine the computation: a
 * network with a skip connection without parameters also fits a spec without it.
 *
 * @param family - The only family to try. Default: all.
 */
export function recogniseShapes(network: NetworkListing, family?: string): Recognition {
  if (Object.keys(network.shapes).some(({ length }) => length > MOST_CHARACTERS)) {
    return { found: [], refused: [] };
  }
  const found = new Map<string, FoundArchitecture>();
  const refused: RefusedArchitecture[] = [];
  for (const architecture of architectures) {
    if (family === undefined ? architecture.onRequest : architecture.name !== family) continue;
    for (const candidate of distinct(architecture, network)) {
      const result = fitted(candidate, network);
      if (!('groups' in result)) {
        refused.push(result);
        continue;
      }
      const { groups, params } = result;
      const key = JSON.stringify([groups, params]);
      if (found.has(key)) continue;
      found.set(key, { family: architecture.name, name: candidate.name, spec: result });
    }
  }
  refused.sort((a, b) => a.unmatched - b.unmatched);
  return { found: [...found.values()], refused };
}

/** The most characters of a parameter's name in a network of any architecture. */
const MOST_CHARACTERS = 1000;

function distinct({ candidates }: Architecture, network: NetworkListing): Candidate[] {
  return [...new Map(candidates(network).map((each) => [each.name, each])).values()];
}

/** The spec of a candidate, or the reason that it does not fit. */
function fitted(candidate: Candidate, { shapes }: NetworkListing) {
  const { name } = candidate;
  let unmatched = Object.keys(shapes).length;
  try {
    const spec = candidate.spec();
    unmatched = unmatchedNames(spec, shapes);
    resolveShapes(spec, shapes);
    return spec;
  } catch (error) {
    if (error instanceof InvalidInputError) return { name, reason: error, unmatched };
    throw error;
  }
}

/** The number of names that only one of the two has; what the spec calls optional does not count. */
function unmatchedNames({ params }: PermutationSpec, shapes: Shapes): number {
  const unknown = Object.keys(shapes).filter((name) => !Object.hasOwn(params, name));
  const missing = Object.keys(params).filter(
    (name) => !params[name].optional && !Object.hasOwn(shapes, name),
  );
  return unknown.length + missing.length;
}
