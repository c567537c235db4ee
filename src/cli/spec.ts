import { about } from '../errors';
import { serializeSpec } from '../io';
import { resolveShapes, specLines } from '../symmetry/internal';
import { checkOutput } from './checkOutput';
import { UsageError } from './exit';
import type { Listing } from './listCheckpoints';
import type { NamedSpec } from './namedSpec';
import { FAMILIES, PRESET_OPTIONS, PRESETS } from './parsePreset';
import { type InputFlags, readInputs } from './readInputs';
import { type OutputOptions, type Session, tell } from './session';
import { tableLines } from './tableLines';
import { writeTexts } from './writeTexts';

/** The options of `spec`. */
export interface SpecFlags extends OutputOptions, InputFlags {
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
  const { output, force = false } = flags;
  if (text === undefined) {
    if (output !== undefined) throw new UsageError('there is no spec to write: name one');
    return listPresets(session, flags);
  }
  const target = output === undefined ? null : await checkOutput(session, output, force);
  const paths = checkpoint === undefined ? [] : [checkpoint];
  const named = await readInputs(session, paths, { ...flags, spec: text }, { isResult: true });
  const [listing = null] = named.listings;
  if (listing) {
    about(`the spec ${named.name} and '${listing.path}'`, () =>
      resolveShapes(named.spec, listing.shapes),
    );
  }
  const serialized = serializeSpec(named.spec);
  if (output !== undefined) {
    await writeTexts(session, [{ path: output, ...target!, text: `${serialized}\n` }]);
  }
  if (!listing && output === undefined) session.out.showJson(serialized);
  else describe(session, named, listing, flags);
}

function listPresets(session: Session, flags: SpecFlags): void {
  const asRecords = (list: typeof PRESETS) => list.map(([name, meaning]) => ({ name, meaning }));
  const document = {
    command: 'spec',
    presets: asRecords(PRESETS),
    options: asRecords(PRESET_OPTIONS),
    families: asRecords(FAMILIES),
  };
  tell(session, flags, document, () => [
    'presets:',
    ...tableLines(PRESETS),
    'options, after a preset:',
    ...tableLines(PRESET_OPTIONS),
    'families, whose specs are found from a checkpoint:',
    ...tableLines(FAMILIES),
    "Or an ONNX file, whose spec is derived; a spec in JSON; or 'auto' (the default), which derives the spec of ONNX files, and finds the family of other checkpoints.",
  ]);
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
    ...specLines(spec, listing?.shapes, tableLines),
    ...(output === undefined ? [] : [`wrote ${output}`]),
  ]);
}
