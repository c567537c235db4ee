import { serializePermutations } from '../io';
import { permutationLists } from '../permutation/internal';
import { assertDataUsed } from './assertMethod';
import { assertResumable } from './assertResumable';
import { checkOutput } from './checkOutput';
import type { DataFlags } from './dataFlags';
import { UsageError } from './exit';
import { exceptionsOf } from './fitSpec';
import type { MatchFlags } from './matchByFlags';
import { matchByMethod } from './matchByMethod';
import { matchDocument, matchLines } from './matchDocument';
import { progressLine } from './progressLine';
import { type InputFlags, readInputs } from './readInputs';
import { isForPeople, type OutputOptions, type Session, tell } from './session';
import { writeTexts } from './writeTexts';

/** The options of `align`. */
export interface AlignFlags extends MatchFlags, DataFlags, OutputOptions, InputFlags {
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
  assertResumable([a, b], flags);
  const target = output === undefined ? null : await checkOutput(session, output, force);
  const inputs = await readInputs(session, [a, b], flags);
  const { name, spec, renamePrefix } = inputs;
  const line = progressLine(session, flags);
  const result = await matchByMethod(session, spec, a, b, { ...flags, renamePrefix }, line);
  const match = matchDocument(result);
  if (output !== undefined) {
    const text = `${serializePermutations(result.permutations)}\n`;
    await writeTexts(session, [{ path: output, ...target!, text }]);
  }
  const document = {
    command: 'align',
    a,
    b,
    spec: name,
    ...exceptionsOf(inputs),
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
