import type { PermutationSpec } from '../symmetry';
import { useCommandBackend } from './commandBackend';
import type { DataFlags } from './dataFlags';
import { isDataMethod } from './dataMethod';
import { type MatchFlags, matchByFlags } from './matchByFlags';
import type { CommandMatch } from './matchDocument';
import type { ProgressLine } from './progressLine';
import type { Session } from './session';

/**
 * Matches checkpoint `b` to `a` with the flags of a command line, by weights or by a method on data, and shows progress.
 */
export async function matchByMethod(
  session: Session,
  spec: PermutationSpec,
  a: string,
  b: string,
  flags: MatchFlags & DataFlags,
  line: ProgressLine,
): Promise<CommandMatch> {
  const { method, data, backend } = flags;
  if (!isDataMethod(method)) return matchByFlags(session, spec, a, b, flags, line);
  await useCommandBackend(backend);
  const { matchFilesOnData } = await import('./matchOnData');
  line.show(`reading ${a} and ${b}`);
  return matchFilesOnData(session, spec, [a, b], { ...flags, data: data! }, line);
}
