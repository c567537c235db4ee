import { serializePermutations } from '../io';
import { permutationLists } from '../permutation/internal';
import { assertResumable } from './assertResumable';
import { assertPrefixesUsed, assertSamePrefix } from './assertSamePrefix';
import { checkOutput } from './checkOutput';
import { assertDataUsed, type DataFlags } from './dataFlags';
import { UsageError } from './exit';
import { fitSpec, type UnlistedFlags } from './fitSpec';
import { listCheckpoints } from './listCheckpoint';
import { assertSpecNamed, loadSpec, type SpecFlag } from './loadSpec';
import type { MatchFlags } from './matchByFlags';
import { matchByMethod } from './matchByMethod';
import { matchDocument, matchLines } from './matchDocument';
import { progressLine } from './progressLine';
import { isForPeople, type OutputOptions, type Session, tell } from './session';
import { tellExceptions } from './tellExceptions';
import { tellWarnings } from './tellWarnings';
import { writeText } from './writeText';

/** The options of `align`. */
export interface AlignFlags extends MatchFlags, DataFlags, OutputOptions, UnlistedFlags, SpecFlag {
  readonly output?: string;
  readonly force?: boolean;
}

/** `perm-lmc align A B`: finds the permutations that align B to A, and writes them. */
export async function align(session: Session, a: string, b: string, flags: AlignFlags) {
  const { output, force = false } = flags;
  if (output === undefined && isForPeople(session, flags)) {
    throw new UsageError(
      'there is no output for the permutations: pass -o FILE, or --json to print them',
    );
  }
  assertSpecNamed(flags, [a, b]);
  assertDataUsed(flags);
  assertResumable([a, b], flags);
  const target = output === undefined ? null : await checkOutput(session, output, force);
  const listings = await listCheckpoints([a, b], flags.renamePrefix);
  assertPrefixesUsed(flags.renamePrefix, listings);
  assertSamePrefix(listings[0], listings[1]);
  const { name, spec: named, warnings } = await loadSpec(session, flags, listings);
  tellWarnings(session, warnings);
  const { spec, ...exceptions } = fitSpec(name, named, listings, flags);
  tellExceptions(session, exceptions, a);
  const result = await matchByMethod(session, spec, a, b, flags, progressLine(session, flags));
  const match = matchDocument(result);
  if (output !== undefined) {
    const text = `${serializePermutations(result.permutations)}\n`;
    await writeText(session, output, target!.overwrite, text);
  }
  const document = {
    command: 'align',
    a,
    b,
    spec: name,
    ...exceptions,
    ...(output === undefined ? {} : { output }),
    ...match,
    ...(output === undefined ? { permutations: permutationLists(result.permutations) } : {}),
  };
  tell(session, flags, document, () => [
    `aligned ${b} to ${a} by ${name}`,
    ...matchLines(match),
    `wrote ${output}`,
  ]);
}
