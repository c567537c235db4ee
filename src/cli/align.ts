import { serializePermutations } from '../io';
import { permutationLists } from '../permutation/internal';
import { assertPrefixesUsed, assertSamePrefix } from './assertSamePrefix';
import { checkOutput } from './checkOutput';
import { assertDataUsed, type DataFlags } from './dataFlags';
import { UsageError } from './exit';
import { fitSpec, type UnlistedFlags } from './fitSpec';
import { listCheckpoint } from './listCheckpoint';
import { loadSpec } from './loadSpec';
import type { MatchFlags } from './matchByFlags';
import { matchByMethod } from './matchByMethod';
import { matchDocument, matchLines } from './matchDocument';
import { progressLine } from './progressLine';
import { isForPeople, type OutputOptions, type Session, tell } from './session';
import { tellExceptions } from './tellExceptions';
import { writeText } from './writeText';

/** The options of `align`. */
export interface AlignFlags extends MatchFlags, DataFlags, OutputOptions, UnlistedFlags {
  readonly spec: string;
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
  assertDataUsed(flags);
  const target = output === undefined ? null : await checkOutput(session, output, force);
  const listings = [a, b].map((path) => listCheckpoint(path, flags.renamePrefix));
  const [listA, listB] = await Promise.all(listings);
  assertPrefixesUsed(flags.renamePrefix, [listA, listB]);
  assertSamePrefix(listA, listB);
  const { name, spec: named } = await loadSpec(flags.spec, [listA, listB]);
  const { spec, ...exceptions } = fitSpec(name, named, [listA, listB], flags);
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
