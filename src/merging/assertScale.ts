import { shown } from '../checks';
import { invalid } from '../errors';

/** Throws unless the factor of a task vector is a finite number. */
export function assertScale(scale: number): void {
  if (Number.isFinite(scale)) return;
  throw invalid(
    `scale must be a finite number, received ${shown(scale)}`,
    'Pass a number, such as 1 for the whole change',
    { param: 'scale', received: scale },
  );
}
