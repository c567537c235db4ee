import { about } from '../errors';
import { serializeSpec } from '../io';
import { columns, formatShapes, resolveShapes } from '../symmetry/internal';
import { assertPrefixesUsed } from './assertSamePrefix';
import { checkOutput } from './checkOutput';
import type { DerivationFlags } from './deriveSpec';
import { UsageError } from './exit';
import { fitSpec, type UnlistedFlags } from './fitSpec';
import { type Listing, listCheckpoint } from './listCheckpoint';
import { loadSpec, type NamedSpec } from './loadSpec';
import { PRESET_OPTIONS, PRESETS } from './parsePreset';
import { type OutputOptions, type Session, tell } from './session';
import { tellWarnings } from './tellWarnings';
import { writeText } from './writeText';

/** The options of `spec`. */
export interface SpecFlags extends OutputOptions, UnlistedFlags, DerivationFlags {
  readonly output?: string;
  readonly force?: boolean;
}

/** `perm-lmc spec [SPEC] [CHECKPOINT]`: lists presets, writes a spec, or checks a checkpoint against it. */
export async function spec(
  session: Session,
  text: string | undefined,
  checkpoint: string | undefined,
  flags: SpecFlags,
) {
  const { output, force = false, renamePrefix } = flags;
  if (text === undefined) {
    if (output !== undefined) throw new UsageError('there is no spec to write: name one');
    return listPresets(session, flags);
  }
  const target = output === undefined ? null : await checkOutput(session, output, force);
  const listing = checkpoint === undefined ? null : await listCheckpoint(checkpoint, renamePrefix);
  if (listing) assertPrefixesUsed(renamePrefix, [listing]);
  const listings = listing ? [listing] : [];
  const loaded = await loadSpec(session, { ...flags, spec: text }, listings, true);
  tellWarnings(session, loaded.warnings);
  const named = listing ? fitted(loaded, listing, flags) : loaded;
  const json = `${serializeSpec(named.spec)}\n`;
  if (output !== undefined) await writeText(session, output, target!.overwrite, json);
  if (!listing && output === undefined) session.out.write(json);
  else describe(session, named, listing, flags);
}

function listPresets(session: Session, flags: SpecFlags): void {
  const asRecords = (list: typeof PRESETS) => list.map(([name, meaning]) => ({ name, meaning }));
  const document = {
    command: 'spec',
    presets: asRecords(PRESETS),
    options: asRecords(PRESET_OPTIONS),
  };
  tell(session, flags, document, () => [
    'presets:',
    ...columns(PRESETS),
    'options, after a preset:',
    ...columns(PRESET_OPTIONS),
    "Instead of a preset: an ONNX file, a spec in JSON, or 'auto', which derives the spec of an ONNX file, and is the preset that another checkpoint fits if there is exactly one.",
  ]);
}

/** The spec, checked against the names and shapes of a checkpoint. */
function fitted(named: NamedSpec, listing: Listing, flags: UnlistedFlags): NamedSpec {
  const fit = fitSpec(named.name, named.spec, [listing], flags);
  about(`the spec ${named.name} and '${listing.path}'`, () =>
    resolveShapes(fit.spec, listing.shapes),
  );
  return { ...named, spec: fit.spec };
}

/** Writes the result: the spec, with the sizes of the checkpoint if there is one. */
function describe(
  session: Session,
  { name, spec, warnings }: NamedSpec,
  listing: Listing | null,
  flags: SpecFlags,
): void {
  const { output } = flags;
  const groups = listing
    ? resolveShapes(spec, listing.shapes).groups.map((group) => [group.name, group.size])
    : spec.groups.map((group) => [group.name, group.size]);
  const document = {
    command: 'spec',
    spec: name,
    ...(listing ? { checkpoint: listing.path } : {}),
    ...(output === undefined ? {} : { output }),
    groups: Object.fromEntries(groups),
    warnings,
  };
  tell(session, flags, document, () => [
    listing ? `${listing.path} fits ${name}` : name,
    formatShapes(spec, listing?.shapes),
    ...(output === undefined ? [] : [`wrote ${output}`]),
  ]);
}
