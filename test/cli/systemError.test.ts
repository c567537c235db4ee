import { describe, expect, it } from 'vitest';
import { describeError } from '../../src/cli/describeError';

/** The signal of a command that was not interrupted. */
const running = new AbortController().signal;

const failing = (code: string, path?: string) =>
  Object.assign(new Error(`${code}: something, open`), { code, path });

describe('an error of the operating system is told in words, with a remedy', () => {
  it.each([
    ['ENAMETOOLONG', 2, "the name of 'x' is too long: choose one of at most 255 bytes"],
    ['ELOOP', 2, "'x' leads through links in a circle: pass the path of the file itself"],
    ['EROFS', 2, "'x' is on a disk that is read-only: choose another output"],
    ['ENXIO', 2, "'x' is not a file: pass the path of one"],
    ['EISDIR', 2, "'x' is not a file: pass the path of one"],
    ['ENOENT', 2, "there is no file 'x': check the path"],
    ['EACCES', 2, "access to 'x' is not permitted: change its permissions"],
    ['EMFILE', 1, 'this process may not open more files: raise the limit with ulimit -n'],
    ['ENFILE', 1, 'the machine has too many open files: end other programs, and try again'],
    ['EAGAIN', 1, 'the machine has no processes or memory to give at the moment'],
    ['ENOMEM', 1, 'the machine has no memory left'],
    ['EBUSY', 1, "'x' is in use by another program: try again when that has ended"],
    ['ETXTBSY', 1, "'x' is in use by another program"],
    ['EIO', 1, "'x' cannot be read or written: its disk reports an error"],
    ['ESTALE', 1, "'x' is gone from its network drive"],
    ['ENOSPC', 1, 'the disk is full; nothing was written'],
  ])('%s', (code, exit, message) => {
    const ending = describeError(failing(code, 'x'), running);
    expect(ending.code).toBe(exit);
    expect(ending.message).toContain(message);
    const { message: bare } = describeError(failing(code), running);
    expect(bare).not.toMatch(/undefined|^failed|^ /);
  });

  it('unless it is unexpected', () => {
    for (const error of [failing('EODD', 'x'), failing('toString')]) {
      expect(describeError(error, running)).toEqual({
        code: 1,
        message: `failed: ${error.message}`,
      });
    }
    expect(describeError(undefined, running).message).toBe('failed: undefined');
  });
});
