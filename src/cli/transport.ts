import { transportFiles } from '../node';
import { noteFiles } from '../node/internal';
import type { Permutations } from '../permutation';
import type { PermutationSpec } from '../symmetry';
import { assertDataUsed } from './assertMethod';
import { checkOutput } from './checkOutput';
import type { DataFlags } from './dataFlags';
import { UsageError } from './exit';
import { sharingOf } from './fitSpec';
import { listCheckpoints } from './listCheckpoints';
import type { MatchFlags } from './matchByFlags';
import { matchByMethod } from './matchByMethod';
import { counted, type MatchDocument, matchDocument, matchLines } from './matchDocument';
import { prefixBetween } from './prefixBetween';
import { type ProgressLine, progressLine } from './progressLine';
import { type InputFlags, readInputs } from './readInputs';
import { readPermutations } from './readPermutations';
import { type OutputOptions, type Session, tell } from './session';
import { tellExceptions } from './tellExceptions';

/** The options of `transport`. */
export interface TransportFlags extends MatchFlags, DataFlags, OutputOptions, InputFlags {
  readonly output: string;
  readonly force?: boolean;
  readonly permutations?: string;
  readonly scale?: number;
  readonly keepStatistics?: boolean;
}

/** The checkpoints of `transport`: a base, a network fine-tuned from it, and another base. */
export interface TransportInputs {
  readonly base: string;
  readonly tuned: string;
  readonly target: string;
}

/**
 * `perm-lmc transport BASE TUNED TARGET`: aligns the base to the target, and adds the change of the fine-tuned
 * checkpoint to the target.
 */
export async function transport(session: Session, inputs: TransportInputs, given: TransportFlags) {
  const { output, force = false, scale = 1, keepStatistics = false, key } = given;
  const { base, tuned, target } = inputs;
  if (given.embeddings !== undefined) {
    throw new UsageError('a change is moved row by row: leave out --embeddings');
  }
  assertDataUsed(given);
  const { overwrite } = await checkOutput(session, output, force);
  const bases = await readInputs(session, [target, base], given, { output });
  const { name, spec } = bases;
  const [listing] = await listCheckpoints([tuned], { renamePrefix: bases.renamePrefix, key });
  const prefix = prefixBetween(bases.listings[1], listing);
  const renamePrefix = [...bases.renamePrefix, ...(prefix ? [prefix] : [])];
  const { kept: onlyTarget, leftOut: onlyBase } = bases;
  const told = new Set([...bases.unlisted, ...onlyTarget, ...onlyBase]);
  const others = Object.keys(listing.shapes).filter(
    (param) => !Object.hasOwn(spec.params, param) && !told.has(param),
  );
  const unlisted = [...bases.unlisted, ...others];
  tellExceptions(session, { unlisted: others, kept: [], leftOut: [], resized: [] }, target);

  const line = progressLine(session, given);
  const flags = { ...given, renamePrefix };
  const assertSame = await noteFiles([...bases.listings, listing].flatMap(({ files }) => files));
  const { permutations, match } = await alignedBy(session, spec, inputs, flags, line);
  await assertSame();
  const result = await transportFiles(spec, inputs, permutations, output, {
    ...{ scale, keepStatistics, overwrite, renamePrefix, key },
    unshared: sharingOf(given).unshared,
    signal: session.signal,
    onProgress: ({ done, total, tensor }) => line.show(`writing ${done}/${total}  ${tensor}`),
  }).finally(() => line.clear());
  const { added, kept, leftOut } = result;
  const document = {
    command: 'transport',
    ...{ inputs, spec: name, output, scale },
    ...{ unlisted, added, kept, leftOut, match },
  };
  tell(session, flags, document, () => [
    ...(match ? [`aligned ${base} to ${target} by ${name}`, ...matchLines(match)] : []),
    ...(added.length > 0 ? [`took ${counted(added.length, 'tensor')} from ${tuned}`] : []),
    `wrote ${output}: ${target} + ${scale} × (${tuned} − ${base})`,
  ]);
}

/** The permutations that align the base to the target: those of the flags, or those of a match. */
async function alignedBy(
  session: Session,
  spec: PermutationSpec,
  { base, target }: TransportInputs,
  flags: TransportFlags,
  line: ProgressLine,
): Promise<{ permutations: Permutations; match: MatchDocument | null }> {
  if (flags.permutations !== undefined) {
    return { permutations: await readPermutations(flags.permutations), match: null };
  }
  const result = await matchByMethod(session, spec, target, base, flags, line);
  return { permutations: result.permutations, match: matchDocument(result) };
}
