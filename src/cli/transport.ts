import { transportFiles } from '../node';
import type { Permutations } from '../permutation';
import type { PermutationSpec } from '../symmetry';
import { assertPrefixesUsed, assertSamePrefix } from './assertSamePrefix';
import { checkOutput } from './checkOutput';
import { assertDataUsed, type DataFlags } from './dataFlags';
import { fitSpec, type UnlistedFlags } from './fitSpec';
import { listCheckpoints } from './listCheckpoint';
import { assertSpecNamed, loadSpec, type SpecFlag } from './loadSpec';
import type { MatchFlags } from './matchByFlags';
import { matchByMethod } from './matchByMethod';
import { counted, type MatchDocument, matchDocument, matchLines } from './matchDocument';
import { type ProgressLine, progressLine } from './progressLine';
import { readPermutations } from './readPermutations';
import { type OutputOptions, type Session, tell } from './session';
import { tellExceptions } from './tellExceptions';
import { tellWarnings } from './tellWarnings';

/** The options of `transport`. */
export interface TransportFlags
  extends MatchFlags,
    DataFlags,
    OutputOptions,
    UnlistedFlags,
    SpecFlag {
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
export async function transport(session: Session, inputs: TransportInputs, flags: TransportFlags) {
  const { output, force = false, renamePrefix, scale = 1, keepStatistics = false } = flags;
  const { base, tuned, target } = inputs;
  const paths = [target, base, tuned];
  assertSpecNamed(flags, paths);
  assertDataUsed(flags);
  const { overwrite } = await checkOutput(session, output, force);
  const listings = await listCheckpoints(paths, renamePrefix, output);
  const bases = listings.slice(0, 2);
  assertPrefixesUsed(renamePrefix, listings);
  for (const listing of listings.slice(1)) assertSamePrefix(listings[0], listing);
  const { name, spec: named, warnings } = await loadSpec(session, flags, bases);
  tellWarnings(session, warnings);
  const { spec, ...exceptions } = fitSpec(name, named, bases, flags);
  const own = Object.keys(listings[2].shapes).filter((param) => !Object.hasOwn(spec.params, param));
  const unlisted = [...new Set([...exceptions.unlisted, ...own])];
  tellExceptions(session, { ...exceptions, unlisted }, target);

  const line = progressLine(session, flags);
  const { permutations, match } = await alignedBy(session, spec, inputs, flags, line);
  const result = await transportFiles(spec, inputs, permutations, output, {
    ...{ scale, keepStatistics, overwrite, renamePrefix, unshared: 'first' },
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
