import { InvalidInputError } from '../errors';
import type { PermutationSpec } from '../symmetry';
import { resolveShapes } from '../symmetry/internal';
import type { Architecture, Candidate, NetworkListing } from './architecture';
import { architectures } from './architectures';

/** The architectures that a network may have. */
export interface Recognition {
  /** The architectures whose specs fit, one for each spec. */
  readonly found: readonly FoundArchitecture[];
  /** The architectures whose names the network has, and the reason that each does not fit. */
  readonly refused: readonly RefusedArchitecture[];
}

/** An architecture whose spec fits a network. */
export interface FoundArchitecture {
  /** The family, such as `resnet`. */
  readonly family: string;
  /** The name of the network in its family, such as `resnet:2,2,2,2`. */
  readonly name: string;
  readonly spec: PermutationSpec;
}

/** An architecture that does not fit. */
export interface RefusedArchitecture {
  readonly name: string;
  readonly reason: InvalidInputError;
}

/**
 * Tries the architectures on the names and shapes of a network. Names and shapes do not determine the computation: a
 * network with a skip connection without parameters also fits a spec without it.
 *
 * @param family - The only family to try. Default: all.
 */
export function recogniseShapes(network: NetworkListing, family?: string): Recognition {
  const found = new Map<string, FoundArchitecture>();
  const refused: RefusedArchitecture[] = [];
  for (const architecture of architectures) {
    if (family !== undefined && architecture.name !== family) continue;
    for (const candidate of distinct(architecture, network)) {
      const result = fitted(candidate, network);
      if (result instanceof InvalidInputError) {
        refused.push({ name: candidate.name, reason: result });
        continue;
      }
      const { groups, params } = result;
      const key = JSON.stringify([groups, params]);
      if (found.has(key)) continue;
      found.set(key, { family: architecture.name, name: candidate.name, spec: result });
    }
  }
  return { found: [...found.values()], refused };
}

function distinct({ candidates }: Architecture, network: NetworkListing): Candidate[] {
  return [...new Map(candidates(network).map((each) => [each.name, each])).values()];
}

/** The spec of a candidate, or the reason that it does not fit. */
function fitted(candidate: Candidate, { shapes }: NetworkListing) {
  try {
    const spec = candidate.spec();
    resolveShapes(spec, shapes);
    return spec;
  } catch (error) {
    if (error instanceof InvalidInputError) return error;
    throw error;
  }
}
