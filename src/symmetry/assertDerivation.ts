import { isRecord, kindOf, shown } from '../checks';
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
    `derivation must be { fixed, warnings }, two lists, received ${received(derivation)}`,
    'Leave it out, or list axes { param, axis, why } as fixed, and texts as warnings',
    { param: 'derivation', received: derivation },
  );
}

/** The lists that a derivation has; the kind of another value. */
function received(derivation: unknown): string {
  if (!isRecord(derivation)) return kindOf(derivation);
  const { fixed, warnings } = derivation;
  return `{ fixed: ${shown(fixed)}, warnings: ${shown(warnings)} }`;
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
