import { EXIT } from './exit';
import type { StandardStream } from './standardStream';

/**
 * The exit code of a command whose work ended with `code`. A reader that has closed its pipe, such as `head`, does not
 * change it. Any other failure of a stream is shown on standard error and turns success into failure.
 */
export function codeOfStreams(code: number, out: StandardStream, err: StandardStream): number {
  const failed = [out, err].map(({ failure }) => failure !== null && failure.code !== 'EPIPE');
  if (failed[0]) {
    err.write(`perm-lmc: standard output could not be written: ${out.failure!.message}\n`);
  }
  return code === EXIT.done && failed.includes(true) ? EXIT.failed : code;
}
