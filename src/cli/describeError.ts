import { CommanderError } from 'commander';
import { InvalidInputError, SEE_CAUSE, sentence } from '../errors';
import { OccupiedError } from '../node/internal';
import type { Ending } from './ending';
import { codeOfSignal, EXIT, RefusedError, SignalError, UsageError } from './exit';
import { FLAGS, inFlags, problemInFlags } from './flags';
import { systemError } from './systemError';

/**
 * The exit code and the message for an error.
 *
 * @param signal - The signal of the command's session, aborted if the command was interrupted.
 * @param keepsState - True if the command has the flag `--resume`.
 */
export function describeError(error: unknown, signal: AbortSignal, keepsState = false): Ending {
  if (signal.aborted) {
    const but = keepsState ? ` but the state for ${FLAGS.state}` : '';
    return { code: codeOfInterruption(signal), message: `interrupted; nothing was written${but}` };
  }
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

/**
 * An error of the library in the words of the command: without the function's name, with flags for options. An error
 * that only wraps another one is that one.
 */
function inCommandWords({ subject, problem, param, remedy, cause }: InvalidInputError): string {
  if (remedy === SEE_CAUSE && cause instanceof InvalidInputError) return inCommandWords(cause);
  const asked = problemInFlags(problem, param);
  return [subject, `${sentence(asked)} ${sentence(inFlags(remedy))}`]
    .filter((part) => part !== '')
    .join(': ');
}

function codeOfInterruption({ reason }: AbortSignal): number {
  return codeOfSignal(reason instanceof SignalError ? reason.signal : 'SIGINT');
}
