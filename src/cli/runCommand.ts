import { createProgram } from './createProgram';
import { describeError } from './describeError';
import { EXIT } from './exit';
import { FLAGS } from './flags';
import { type RawSession, sessionOn } from './sessionOn';
import { stackLines } from './stackLines';

/**
 * Runs a command line and resolves to the exit code. Errors are written to standard error, and no incomplete
 * file is left.
 *
 * @param words - The words after the name of the program.
 */
export async function runCommand(words: readonly string[], raw: RawSession): Promise<number> {
  const session = sessionOn(raw);
  let code: number = EXIT.done;
  const program = createProgram(session, (own) => {
    code = own;
  });
  try {
    await program.parseAsync([...words], { from: 'user' });
    return code;
  } catch (error) {
    const keepsState = words.some((word) => word.split('=')[0] === FLAGS.state);
    const ending = describeError(error, session.signal, keepsState);
    if (ending.message !== null) session.err.show([`perm-lmc: ${ending.message}`]);
    const isDebugged = ending.code === EXIT.failed && words.includes('--debug');
    if (isDebugged) session.err.show(stackLines(error));
    return ending.code;
  }
}
