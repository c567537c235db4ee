import { isDeepStrictEqual } from 'node:util';
import { kindOf } from '../../checks';
import { about, invalid } from '../../errors';
import type { WeightMatchResult } from '../../matching';
import type { MatchJournal, MatchState } from '../../matching/internal';
import type { ResolvedSpec } from '../../symmetry/internal';
import { aboutFile } from '../aboutFile';
import { readTextFile } from '../readTextFile';
import { assertStoredMatch, type StoredProgress } from './assertStoredMatch';
import { formatState } from './formatState';
import type { MatchIdentity } from './matchIdentity';
import { parseState } from './parseState';
import { replaceFile } from './replaceFile';
import type { StoredLimits } from './storedMatchForm';

/** The most time between two writes, in milliseconds. */
const LONGEST_PAUSE = 5000;

/** The time between two writes, in times that one takes: 50 leaves 2 % of the time to writing. */
const PAUSE = 50;

/** The most bytes of a file: a text of JavaScript holds no more. */
const MOST_BYTES = 2 ** 29;

/** The format and its version, at the start of every file. */
const FORMAT = 'perm-lmc match 1';

/** The state of a match in a file, which is replaced as a whole. */
export interface MatchStateFile {
  /** The result that is in the file already; null before the match has ended. */
  readonly result: WeightMatchResult | null;
  readonly journal: MatchJournal;
  /** Writes the newest state if the file does not have it. */
  flush(): void;
  /** Writes the result in place of the state. */
  finish(result: WeightMatchResult): void;
}

/** The contents of a file: the state of a match, or its result. */
interface StoredMatch extends StoredProgress {
  readonly format: typeof FORMAT;
  readonly identity: MatchIdentity;
}

/**
 * Opens the file of a match that goes on, or begins one.
 *
 * @throws InvalidInputError if there is another file at the path, or one of another match, or a field of it cannot be
 * from this match.
 */
export async function matchStateFile(
  path: string,
  identity: MatchIdentity,
  resolved: ResolvedSpec,
  limits: StoredLimits,
): Promise<MatchStateFile> {
  const before = await readStored(path);
  if (before) {
    assertSameMatch(path, before.identity, identity);
    about(`'${path}'`, () => assertStoredMatch(before, resolved, limits));
  }
  let unwritten: MatchState | null = null;
  /** The time of the next write. */
  let due = Number.NEGATIVE_INFINITY;
  const write = (contents: Pick<StoredMatch, 'state' | 'result'>) => {
    const start = Date.now();
    replaceFile(path, formatState({ format: FORMAT, identity, ...contents }));
    unwritten = null;
    due = Date.now() + Math.min(LONGEST_PAUSE, PAUSE * (Date.now() - start));
  };
  const flush = () => {
    if (unwritten) write({ state: unwritten });
  };
  return {
    result: before?.result ?? null,
    journal: {
      before: before?.state ?? null,
      keep(state) {
        unwritten = state;
        if (Date.now() >= due) flush();
      },
    },
    flush,
    finish: (result) => write({ result }),
  };
}

/** The contents of a file; null if there is none. */
async function readStored(path: string): Promise<StoredMatch | null> {
  const text = await textAt(path);
  if (text === null) return null;
  const stored = parsed(text);
  if (stored) return stored;
  throw invalid(
    `'${path}' is not the state of a match`,
    'Choose another path, or remove the file',
    { param: 'state', received: path },
  );
}

async function textAt(path: string): Promise<string | null> {
  try {
    return await aboutFile(path, () => readTextFile(path, MOST_BYTES));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** The contents of a text; null if it is not of this format. */
function parsed(text: string): StoredMatch | null {
  try {
    const stored = parseState(text) as Partial<StoredMatch> | null;
    const isWhole =
      stored?.format === FORMAT &&
      kindOf(stored.identity) === 'an object' &&
      (stored.state === undefined) !== (stored.result === undefined);
    return isWhole ? (stored as StoredMatch) : null;
  } catch {
    return null;
  }
}

function assertSameMatch(path: string, stored: MatchIdentity, present: MatchIdentity): void {
  const names = Object.keys({ ...stored, ...present });
  const part = (identity: MatchIdentity, name: string) =>
    JSON.parse(JSON.stringify((Object.hasOwn(identity, name) ? identity[name] : null) ?? null));
  const other = names.find((name) => !isDeepStrictEqual(part(stored, name), part(present, name)));
  if (other === undefined) return;
  throw invalid(
    `'${path}' is the state of another match: its ${other} differs`,
    'Pass what that match was given, or choose another path',
    { param: 'state', received: path },
  );
}
