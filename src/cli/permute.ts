import { permuteFile } from '../node';
import { assertPrefixesUsed } from './assertSamePrefix';
import { checkOutput } from './checkOutput';
import { fitSpec, type UnlistedFlags } from './fitSpec';
import { listCheckpoints } from './listCheckpoint';
import { assertSpecNamed, loadSpec, type SpecFlag } from './loadSpec';
import { progressLine } from './progressLine';
import { readPermutations } from './readPermutations';
import { type OutputOptions, type Session, tell } from './session';
import { tellExceptions } from './tellExceptions';
import { tellWarnings } from './tellWarnings';

/** The options of `permute`. */
export interface PermuteFlags extends OutputOptions, UnlistedFlags, SpecFlag {
  readonly permutations: string;
  readonly output: string;
  readonly force?: boolean;
}

/** `perm-lmc permute FILE`: applies permutations to a checkpoint. */
export async function permute(session: Session, input: string, flags: PermuteFlags) {
  const { output, force = false, renamePrefix } = flags;
  assertSpecNamed(flags, [input]);
  const { overwrite } = await checkOutput(session, output, force);
  const [listing] = await listCheckpoints([input], renamePrefix, output);
  assertPrefixesUsed(renamePrefix, [listing]);
  const { name, spec: named, warnings } = await loadSpec(session, flags, [listing]);
  tellWarnings(session, warnings);
  const { spec, unlisted } = fitSpec(name, named, [listing], flags);
  tellExceptions(session, { unlisted, kept: [], leftOut: [] }, input);
  const permutations = await readPermutations(flags.permutations);
  const line = progressLine(session, flags);
  await permuteFile(spec, input, permutations, output, {
    overwrite,
    renamePrefix,
    signal: session.signal,
    onProgress: ({ done, total, tensor }) => line.show(`writing ${done}/${total}  ${tensor}`),
  }).finally(() => line.clear());
  const tensors = listing.stored.length;
  const document = { command: 'permute', input, spec: name, output, tensors, unlisted };
  tell(session, flags, document, () => [
    `wrote ${output}: ${input} permuted by ${flags.permutations}`,
  ]);
}
