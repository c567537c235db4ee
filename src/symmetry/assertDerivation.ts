import { isRecord, kindOf } from '../checks';
import { invalid } from '../errors';

/** Throws unless the value has the form of a `SpecDerivation`, or is absent. */
export function assertDerivation(derivation: unknown): void {
  if (derivation === undefined) return;
  const sound =
    isRecord(derivation) &&
    Array.isArray(derivation.fixed) &&
    derivation.fixed.every(isReason) &&
    Array.isArray(derivation.warnings) &&
    derivation.warnings.every((warning) => typeof warning === 'string');
  if (sound) return;
  throw invalid(
    `derivation must have two lists, received ${kindOf(derivation)} that differs`,
    'Leave it out, or give it two lists: fixed axes { param, axis, why } and warnings',
    { param: 'derivation', received: derivation },
  );
}

function isReason(reason: unknown): boolean {
  return (
    isRecord(reason) &&
    typeof reason.param === 'string' &&
    Number.isSafeInteger(reason.axis) &&
    (reason.axis as number) >= 0 &&
    typeof reason.why === 'string'
  );
}
