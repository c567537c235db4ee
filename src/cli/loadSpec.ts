import { listNames } from '../checks';
import { parseSpec } from '../io';
import type { Shapes } from '../params/internal';
import type { PermutationSpec } from '../symmetry';
import { prefixBeforePreset } from './assertSamePrefix';
import { UsageError } from './exit';
import { guessPresets } from './guessPresets';
import type { Listing } from './listCheckpoint';
import { parsePreset } from './parsePreset';
import { readText } from './readText';

/** A spec with its name for messages and results. */
export interface NamedSpec {
  readonly name: string;
  readonly spec: PermutationSpec;
}

/**
 * Loads the spec that a command line names: a preset, a JSON file, or `auto`, which is the preset that the
 * checkpoints fit if there is exactly one.
 *
 * @param text - The value of `--spec`.
 * @param listings - The checkpoints that the spec is for.
 */
export async function loadSpec(text: string, listings: readonly Listing[]): Promise<NamedSpec> {
  if (text === 'auto') return guessSpec(listings);
  const preset = parsePreset(text);
  if (preset) return { name: text, spec: preset };
  return { name: text, spec: parseSpec(await readText('spec', text)) };
}

function guessSpec(listings: readonly Listing[]): NamedSpec {
  const [listing] = listings;
  if (!listing) throw new UsageError("the spec 'auto' needs a checkpoint: name one after it");
  const own = guessPresets(listing.shapes);
  const presets = own.length > 0 ? own : guessPresets(sharedShapes(listings));
  if (presets.length === 1) return { name: presets[0], spec: parsePreset(presets[0])! };
  if (presets.length > 1) {
    throw new UsageError(
      `'${listing.path}' fits several presets: ${presets.join(' and ')}. Pass one of them`,
    );
  }
  const prefix = prefixBeforePreset(listing);
  throw new UsageError(
    prefix
      ? `no preset fits the names of '${listing.path}', but one fits without their prefix. Add ${prefix}`
      : `no preset fits '${listing.path}', whose names are ${listNames(Object.keys(listing.shapes))}. Write a spec in JSON, with a pattern for each tensor`,
  );
}

/** The shapes of the tensors that all checkpoints have. */
function sharedShapes([first, ...others]: readonly Listing[]): Shapes {
  const isShared = (name: string) => others.every(({ shapes }) => Object.hasOwn(shapes, name));
  return Object.fromEntries(Object.entries(first.shapes).filter(([name]) => isShared(name)));
}
