import { assertNames, listNames } from '../../checks';
import { invalid } from '../../errors';
import { JOINT_USES } from '../../symmetry/internal';

/** Throws unless the option `inexact` is a list of joint uses. */
export function assertInexact(inexact: unknown): void {
  const remedy = `List some of ${listNames(JOINT_USES, JOINT_USES.length)}, or leave it out`;
  assertNames('inexact', inexact, remedy);
  const unknown = inexact.find((use) => !(JOINT_USES as readonly string[]).includes(use));
  if (unknown === undefined) return;
  throw invalid(`inexact names '${unknown}', which is no joint use`, remedy, {
    param: 'inexact',
    received: unknown,
  });
}
