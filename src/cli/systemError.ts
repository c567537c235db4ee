import type { Ending } from './ending';
import { EXIT } from './exit';

/** The message for an error of the operating system, given the path in quotation marks, or `a file`. */
type Describe = (where: string) => string;

/** The errors that another command line prevents. */
const BAD_INPUT: Readonly<Record<string, Describe>> = {
  ENOENT: (where) => `there is no file${where === A_FILE ? '' : ` ${where}`}: check the path`,
  EACCES: notPermitted,
  EPERM: notPermitted,
  EISDIR: noFile,
  ENOTDIR: noFile,
  ENXIO: noFile,
  ENODEV: noFile,
  ENAMETOOLONG: (where) => `the name of ${where} is too long: choose one of at most 255 bytes`,
  ELOOP: (where) => `${where} leads through links in a circle: pass the path of the file itself`,
  EROFS: (where) => `${where} is on a disk that is read-only: choose another output`,
};

/** The errors that come from the state of the machine. */
const FAILED: Readonly<Record<string, Describe>> = {
  ENOSPC: diskFull,
  EDQUOT: diskFull,
  EFBIG: diskFull,
  EMFILE: () =>
    'this process may not open more files: raise the limit with ulimit -n, or use fewer threads',
  ENFILE: () => 'the machine has too many open files: end other programs, and try again',
  EAGAIN: () => 'the machine has no processes or memory to give at the moment: try again later',
  ENOMEM: () => 'the machine has no memory left: end other programs, or set a lower --memory',
  EBUSY: busy,
  ETXTBSY: busy,
  EIO: (where) =>
    `${where} cannot be read or written: its disk reports an error. Check the disk, or copy the file to another one`,
  ESTALE: (where) =>
    `${where} is gone from its network drive. Connect the drive again, and try again`,
};

const A_FILE = 'a file';

/** The exit code and the message for an error of the operating system, or for an unexpected one. */
export function systemError(error: NodeJS.ErrnoException): Ending {
  if (isWithoutTfjs(error)) {
    return {
      code: EXIT.badInput,
      message:
        'this needs @tensorflow/tfjs-core, a peer of perm-lmc that is not installed: run npm install @tensorflow/tfjs-core',
    };
  }
  const code = String(error?.code);
  const where = error?.path === undefined ? A_FILE : `'${error.path}'`;
  if (Object.hasOwn(BAD_INPUT, code)) {
    return { code: EXIT.badInput, message: BAD_INPUT[code](where) };
  }
  if (Object.hasOwn(FAILED, code)) return { code: EXIT.failed, message: FAILED[code](where) };
  return { code: EXIT.failed, message: `failed: ${error?.message ?? String(error)}` };
}

function notPermitted(where: string): string {
  return `access to ${where} is not permitted: change its permissions, or choose another path`;
}

function noFile(where: string): string {
  return `${where === A_FILE ? 'a path' : where} is not a file: pass the path of one`;
}

function diskFull(): string {
  return 'the disk is full; nothing was written. Free some space, or choose another output';
}

function busy(where: string): string {
  return `${where} is in use by another program: try again when that has ended`;
}

/** True if a part that is loaded when it is needed did not find tfjs-core. */
function isWithoutTfjs(error: NodeJS.ErrnoException): boolean {
  return (
    error?.code === 'ERR_MODULE_NOT_FOUND' && error.message.includes("'@tensorflow/tfjs-core'")
  );
}
