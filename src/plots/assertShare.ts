import { invalid } from '../errors';

/** Throws unless `share` is a number in [0, 1]. */
export function assertShare(what: string, share: number): void {
  if (!(share >= 0 && share <= 1)) {
    throw invalid(`${what} is ${share}, outside [0, 1]`, 'Pass a share, not a percentage', {
      param: what,
      received: share,
    });
  }
}
