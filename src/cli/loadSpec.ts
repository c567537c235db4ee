import { architectures, recogniseShapes } from '../architectures/internal';
import { listNames } from '../checks';
import { parseSpec } from '../io';
import { isOnnxPath } from '../node/internal';
import type { Shapes } from '../params/internal';
import type { PermutationSpec } from '../symmetry';
import { prefixBeforeSpec } from './assertSamePrefix';
import { type DerivationFlags, deriveSpec } from './deriveSpec';
import { UsageError } from './exit';
import type { Listing } from './listCheckpoint';
import { parsePreset } from './parsePreset';
import { readText } from './readText';
import type { Session } from './session';

/** A spec with its name for messages and results. */
export interface NamedSpec {
  readonly name: string;
  readonly spec: PermutationSpec;
  /** Warnings about a spec that was derived. */
  readonly warnings: readonly string[];
}

/** The flags that name a spec. */
export interface SpecFlag extends DerivationFlags {
  readonly spec?: string;
}

/** Throws if a spec must be named: no path is an ONNX file, which has its own. */
export function assertSpecNamed({ spec }: Pick<SpecFlag, 'spec'>, paths: readonly string[]): void {
  if (spec !== undefined || paths.some(isOnnxPath)) return;
  throw new UsageError(
    "required option '--spec <spec>' not specified: pass a preset such as resnet18, a JSON file, an ONNX file, or auto",
  );
}

/**
 * Loads the spec that a command line names: a preset, a JSON file, an ONNX file, or `auto` (the default). `auto` is
 * derived from the ONNX files among the checkpoints, or else the preset that they fit if there is exactly one.
 *
 * @param listings - The checkpoints that the spec is for.
 * @param isResult - True if the spec is the result of the command, for other checkpoints.
 */
export async function loadSpec(
  session: Session,
  flags: SpecFlag,
  listings: readonly Listing[],
  isResult = false,
): Promise<NamedSpec> {
  const { spec: text = 'auto' } = flags;
  const models = listings.filter(({ format }) => format === 'ONNX').map(({ path }) => path);
  const derive = (paths: readonly string[]) => {
    const isOneExport = models.length === listings.length && haveSameNames(listings);
    const forOthers = isResult || !isOneExport;
    return deriveSpec(session, paths, flags, forOthers);
  };
  if (text === 'auto' && models.length > 0) return derive(models);
  if (text === 'auto') return recognisedSpec(listings);
  const preset = parsePreset(text);
  if (preset) return { name: text, spec: preset, warnings: [] };
  if (isFamily(text)) return recognisedSpec(listings, text);
  if (isOnnxPath(text)) return derive([text]);
  return { name: text, spec: parseSpec(await readText('spec', text)), warnings: [] };
}

function isFamily(text: string): boolean {
  return architectures.some(({ name }) => name === text);
}

function haveSameNames([first, ...others]: readonly Listing[]): boolean {
  const names = first ? Object.keys(first.shapes) : [];
  return others.every(
    ({ shapes }) =>
      Object.keys(shapes).length === names.length &&
      names.every((name) => Object.hasOwn(shapes, name)),
  );
}

/** The spec of the architecture of checkpoints, of one family or of any. */
function recognisedSpec(listings: readonly Listing[], family?: string): NamedSpec {
  const [listing] = listings;
  if (!listing) {
    throw new UsageError(`the spec '${family ?? 'auto'}' needs a checkpoint: name one after it`);
  }
  const { config } = listing;
  const own = recogniseShapes(listing, family);
  const { found, refused } =
    own.found.length > 0
      ? own
      : recogniseShapes({ shapes: sharedShapes(listings), config }, family);
  if (found.length === 1) {
    const [{ name, spec }] = found;
    return { name, spec, warnings: spec.derivation?.warnings ?? [] };
  }
  if (found.length > 1) {
    throw new UsageError(
      `'${listing.path}' fits several architectures: ${found.map(({ name }) => name).join(' and ')}. Pass one of them`,
    );
  }
  const prefix = prefixBeforeSpec(listing);
  if (prefix) {
    throw new UsageError(
      `no architecture fits the names of '${listing.path}', but one fits without their prefix. Add ${prefix}`,
    );
  }
  const [nearest] = refused;
  const reason = nearest ? `. The nearest is ${nearest.name}: ${nearest.reason.problem}` : '';
  throw new UsageError(
    `no architecture fits '${listing.path}', whose names are ${listNames(Object.keys(listing.shapes))}${reason}. Derive the spec from an ONNX file of the network: perm-lmc spec model.onnx -o spec.json. Or write it in JSON, with a pattern for each tensor`,
  );
}

/** The shapes of the tensors that all checkpoints have. */
function sharedShapes([first, ...others]: readonly Listing[]): Shapes {
  const isShared = (name: string) => others.every(({ shapes }) => Object.hasOwn(shapes, name));
  return Object.fromEntries(Object.entries(first.shapes).filter(([name]) => isShared(name)));
}
