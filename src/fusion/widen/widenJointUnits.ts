import { invalid } from '../../errors';
import type { JointUse } from '../../symmetry';
import type { ResolvedGroup } from '../../symmetry/internal';
import type { UnitSource } from '../embed/unitSource';
import { newUnits } from './newUnits';
import type { WideningSettings } from './wideningSettings';

/** Uses in which k copies of every unit, with 1/k of its consumers each, change nothing. */
const COPIED: readonly JointUse[] = ['layerNorm', 'rmsNorm', 'groupNorm', 'mean', 'max'];

/**
 * The units of a wider group that the network reads together:
 *
 * - a norm, mean or maximum: N = k·n, every unit k times side by side;
 * - a dot product of two producers: zeros are added, and producers multiplied by (N/n)^¼ where the forward function
 *   divides by √N;
 * - a norm whose ε the caller changes: zeros are added.
 *
 * @throws InvalidInputError where this is not exact.
 */
export function widenJointUnits(
  group: ResolvedGroup,
  size: number,
  uses: readonly JointUse[],
  { dotProducts, rescaled }: WideningSettings,
): UnitSource {
  const n = group.inner;
  if (rescaled.has(group.name)) return newUnits(n, size);
  if (uses.every((use) => use === 'dotProduct')) {
    if (dotProducts === null) throw scaleUnknown(group, size);
    const gain = dotProducts === 'scaled' ? (size / n) ** 0.25 : 1;
    return { ...newUnits(n, size), gain };
  }
  const other = uses.find((use) => !COPIED.includes(use));
  if (other !== undefined) throw refused(group, size, other);
  if (size % n !== 0) throw notWhole(group, size, uses);
  const copies = size / n;
  return {
    of: Int32Array.from({ length: size }, (_, at) => Math.floor(at / copies)),
    share: new Float64Array(size).fill(1 / copies),
    gain: 1,
  };
}

const REASONS: Readonly<Partial<Record<JointUse, string>>> = {
  softmax: 'a softmax over its units divides by a sum that new units change',
  dotProduct: 'its units are in a dot product and read together in another way as well',
  other: 'its units are read together in a way that new units may change',
};

function scaleUnknown({ name, inner }: ResolvedGroup, size: number) {
  return invalid(
    `group '${name}' would have ${size} units in place of ${inner}, and its units are in a dot product, whose scale in the forward function is not known`,
    "Pass { dotProducts: 'scaled' } if it divides by the square root of the size, or 'fixed' if its scale stays",
    { param: 'dotProducts' },
  );
}

function refused({ name, inner }: ResolvedGroup, size: number, use: JointUse) {
  return invalid(
    `group '${name}' cannot have ${size} units in place of ${inner}: ${REASONS[use]}`,
    'Leave the group as it is',
    { param: 'sizes', received: size },
  );
}

function notWhole({ name, inner }: ResolvedGroup, size: number, uses: readonly JointUse[]) {
  const isNorm = uses.every((use) => use === 'layerNorm' || use === 'rmsNorm');
  const other = isNorm
    ? `, or pass { norms: { ${name}: { gains } } } and use ε·n/N: the gains become γ·√(n/N)`
    : '';
  return invalid(
    `group '${name}' cannot have ${size} units in place of ${inner}: its units are read together (${uses.join(', ')}), which only whole copies of them keep`,
    `Pass a multiple of ${inner}${other}`,
    { param: 'sizes', received: size },
  );
}
