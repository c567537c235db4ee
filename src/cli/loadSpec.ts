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

/** A spec, and what to call it. */
export interface NamedSpec {
  readonly name: string;
  readonly spec: PermutationSpec;
}

/**
 * The spec that a command line names: a preset, a JSON file, or `auto`: the preset that the checkpoint
 * fits, if there is exactly one.
 *
 * @param listings - The checkpoints that it is for.
 */
export async function loadSpec(text: string, listings: readonly Listing[]): Promise<NamedSpec> {
  if (text === 'auto') return guessSpec(listings);
  const preset = parsePreset(text);
  if (preset) return { name: text, spec: preset };
  return { name: text, spec: parseSpec(await readText('spec', text)) };
}

function guessSpec(listings: readonly Listing[]): NamedSpec {
  const [listing] = listings;
  if (!listing) throw new UsageError("'auto' needs a checkpoint to look at");
  const own = guessPresets(listing.shapes);
  const presets = own.length > 0 ? own : guessPresets(sharedShapes(listings));
  if (presets.length === 1) return { name: presets[0], spec: parsePreset(presets[0])! };
  if (presets.length > 1) {
    throw new UsageError(
      `'${listing.path}' fits several presets: ${presets.join(' and ')}. Name one of them`,
    );
  }
  const prefix = prefixBeforePreset(listing);
  throw new UsageError(
    prefix
      ? `no preset fits '${listing.path}' as it is named, but one does without its prefix. Add ${prefix}`
      : `no preset fits '${listing.path}', whose names are ${listNames(Object.keys(listing.shapes))}. Write a spec in JSON: which axes of which tensors have the same units`,
  );
}

/** The shapes of the tensors that all checkpoints have. */
function sharedShapes([first, ...others]: readonly Listing[]): Shapes {
  const isShared = (name: string) => others.every(({ shapes }) => Object.hasOwn(shapes, name));
  return Object.fromEntries(Object.entries(first.shapes).filter(([name]) => isShared(name)));
}
