import { recogniseShapes, UnsupportedNetworkError } from '../architectures/internal';
import { listNames } from '../checks';
import type { Shapes } from '../params/internal';
import { UsageError } from './exit';
import type { Listing } from './listCheckpoints';
import type { NamedSpec } from './namedSpec';
import { recognisedPart } from './recognisedPart';

/**
 * The spec of the architecture of checkpoints. If the first is of none, the tensors that all share are tried, then those
 * below a prefix.
 *
 * @param family - The only family to try. Default: all.
 */
export function recognisedSpec(listings: readonly Listing[], family?: string): NamedSpec {
  const [listing] = listings;
  if (!listing) {
    throw new UsageError(`the spec '${family ?? 'auto'}' needs a checkpoint: name one after it`);
  }
  const { path, shapes, config } = listing;
  const own = recogniseShapes(listing, family);
  const shared = () => recogniseShapes({ shapes: sharedShapes(listings), config }, family);
  const { found } = own.found.length > 0 ? own : shared();
  if (found.length === 1) {
    const [{ name, spec }] = found;
    return { name, spec, warnings: spec.derivation?.warnings ?? [] };
  }
  const part = found.length === 0 ? recognisedPart(listings, family) : null;
  if (part) return part;
  if (found.length > 1) {
    throw new UsageError(
      `'${path}' fits several architectures: ${found.map(({ name }) => name).join(' and ')}. Pass one of them`,
    );
  }
  const [nearest] = own.refused;
  if (nearest?.reason instanceof UnsupportedNetworkError) {
    const { problem, remedy } = nearest.reason;
    throw new UsageError(`'${path}': ${problem}. ${remedy}`);
  }
  const reason = nearest ? `. The nearest is ${nearest.name}: ${nearest.reason.problem}` : '';
  throw new UsageError(
    `${family === undefined ? 'no architecture fits' : `${family} does not fit`} '${path}', whose names are ${listNames(Object.keys(shapes))}${reason}. Derive the spec from an ONNX file of the network: perm-lmc spec model.onnx -o spec.json. Or write it in JSON, with a pattern for each tensor`,
  );
}

/** The shapes of the tensors that all checkpoints have. */
function sharedShapes([first, ...others]: readonly Listing[]): Shapes {
  const isShared = (name: string) => others.every(({ shapes }) => Object.hasOwn(shapes, name));
  return Object.fromEntries(Object.entries(first.shapes).filter(([name]) => isShared(name)));
}
