import type { PrefixMapping } from '../params';
import { assertPrefixesUsed } from './assertPrefixesUsed';
import { type FittedSpec, fitSpec, type SharingFlags } from './fitSpec';
import { prefixFlag } from './flags';
import { isFamily } from './isFamily';
import { isModel } from './isModel';
import { type Listing, listCheckpoints } from './listCheckpoints';
import { loadSpec, type SpecFlag } from './loadSpec';
import { prefixBeforeSpec } from './prefixBeforeSpec';
import { prefixBetween } from './prefixBetween';
import { prefixOfSpec } from './prefixOfSpec';
import type { Session } from './session';
import { tellExceptions } from './tellExceptions';
import { tellWarnings } from './tellWarnings';

/** The flags of every command that reads checkpoints by a spec. */
export interface InputFlags extends SpecFlag, SharingFlags {
  /** The entry of PyTorch files. */
  readonly key?: string;
}

/** Checkpoints that a command reads, and the spec that they fit. */
export interface Inputs extends FittedSpec {
  /** The name of the spec. */
  readonly name: string;
  readonly listings: readonly Listing[];
  readonly warnings: readonly string[];
  /** The prefixes to rename: those of the flags, and those by which alone names differ. */
  readonly renamePrefix: readonly PrefixMapping[];
}

/**
 * Reads the headers of checkpoints and the spec of a command line. Prefixes by which alone the names of checkpoints
 * differ, from each other or from the spec, are renamed. What was renamed, left out or is doubtful is told on standard
 * error.
 *
 * @param output - The path of a checkpoint to write from the first.
 * @param isResult - True if the spec is the result of the command, for other checkpoints.
 */
export async function readInputs(
  session: Session,
  paths: readonly string[],
  flags: InputFlags,
  { output, isResult = false }: { readonly output?: string; readonly isResult?: boolean } = {},
): Promise<Inputs> {
  let renamePrefix = flags.renamePrefix;
  const list = () => listCheckpoints(paths, { ...flags, renamePrefix }, output);
  let listings = await list();
  assertPrefixesUsed(renamePrefix, listings);
  const rename = async (mapping: PrefixMapping | null) => {
    if (mapping === null) return;
    renamePrefix = [...renamePrefix, mapping];
    session.err.show([`perm-lmc: names differ by a prefix: read with ${prefixFlag(mapping)}`]);
    listings = await list();
  };
  for (let i = 1; i < paths.length; i++) await rename(prefixBetween(listings[0], listings[i]));
  const { spec: text = 'auto' } = flags;
  const isRecognised = listings.length > 0 && !listings.some(isModel);
  if (isRecognised && (text === 'auto' || isFamily(text))) {
    await rename(prefixBeforeSpec(listings, text === 'auto' ? undefined : text));
  }
  const load = () => loadSpec(session, { ...flags, renamePrefix }, listings, isResult);
  let loaded = await load();
  const mapping = listings.length > 0 ? prefixOfSpec(loaded.spec, listings[0]) : null;
  if (mapping !== null) {
    await rename(mapping);
    loaded = await load();
  }
  tellWarnings(session, loaded.warnings);
  const fitted = fitSpec(loaded.name, loaded.spec, listings, flags);
  tellExceptions(session, fitted, paths[0]);
  return { ...loaded, ...fitted, listings, renamePrefix };
}
