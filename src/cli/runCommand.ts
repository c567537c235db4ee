import { createProgram } from './createProgram';
import { describeError } from './describeError';
import { EXIT } from './exit';
import { FLAGS } from './flags';
import { printable } from './printable';
import type { Session } from './session';

/**
 * Runs a command line and resolves to the exit code. Errors are written to standard error, and no incomplete
 * file is left.
 *
 * @param words - The words after the name of the program.
 */
export async function runCommand(words: readonly string[], session: Session): Promise<number> {
  let code: number = EXIT.done;
  const program = createProgram(session, (own) => {
    code = own;
  });
  try {
    await program.parseAsync([...words], { from: 'user' });
    return code;
  } catch (error) {
    const keepsState = words.some((word) => word.split('=')[0] === FLAGS.state);
    const ending = describeError(error, session.signal.aborted, keepsState);
    if (ending.message !== null) session.err.write(`perm-lmc: ${printable(ending.message)}\n`);
    if (ending.code === EXIT.failed && words.includes('--debug')) {
      session.err.write(`${(error as Error)?.stack ?? error}\n`);
    }
    return ending.code;
  }
}
