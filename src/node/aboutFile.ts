import { about } from '../errors';

/** The result of `work` on one file. Errors get the path of the file. */
export function aboutFile<T>(path: string, work: () => T): T {
  return about(`'${path}'`, work);
}
