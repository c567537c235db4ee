import { CommanderError } from 'commander';
import { InvalidInputError } from '../errors';
import { OccupiedError } from '../node/internal';
import { EXIT, RefusedError, UsageError } from './exit';

/** How a command ended that did not do what it should. */
export interface Ending {
  readonly code: number;
  /** What to write on standard error; null where all has been said. */
  readonly message: string | null;
}

/** The exit code for an error, and what to say of it. */
export function describeError(error: unknown, interrupted: boolean): Ending {
  if (interrupted) return { code: EXIT.interrupted, message: 'interrupted; nothing was written' };
  if (error instanceof CommanderError) {
    return { code: error.exitCode === 0 ? EXIT.done : EXIT.badInput, message: null };
  }
  if (error instanceof RefusedError) return { code: EXIT.refused, message: error.message };
  if (error instanceof UsageError) return { code: EXIT.badInput, message: error.message };
  if (error instanceof InvalidInputError) {
    const code = error instanceof OccupiedError ? EXIT.refused : EXIT.badInput;
    return { code, message: inCommandWords(error) };
  }
  return systemError(error as NodeJS.ErrnoException);
}

/** The flags that stand for options of the library, where a remedy asks for one. */
const REMEDIES: Readonly<Record<string, string>> = {
  overwrite: 'Choose another path, or pass --force',
};

/** What the library says, without the name of the function and with the command's own remedies. */
function inCommandWords({ subject, problem, remedy, param }: InvalidInputError): string {
  const own = (param !== undefined && REMEDIES[param]) || remedy;
  return `${subject === '' ? '' : `${subject}: `}${problem}. ${own}.`;
}

function systemError(error: NodeJS.ErrnoException): Ending {
  const where = error.path === undefined ? '' : ` '${error.path}'`;
  switch (error.code) {
    case 'ENOENT':
      return { code: EXIT.badInput, message: `there is no file${where}` };
    case 'EACCES':
    case 'EPERM':
      return { code: EXIT.badInput, message: `access to${where || ' a file'} is not permitted` };
    case 'EISDIR':
    case 'ENOTDIR':
      return { code: EXIT.badInput, message: `${where.trim() || 'a path'} is not a file` };
    case 'ENOSPC':
    case 'EDQUOT':
    case 'EFBIG':
      return {
        code: EXIT.failed,
        message: 'the disk is full; nothing was written. Free some space, or choose another output',
      };
    default:
      return { code: EXIT.failed, message: `failed: ${error?.message ?? String(error)}` };
  }
}
