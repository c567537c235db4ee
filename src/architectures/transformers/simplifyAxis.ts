import type { AxisSpec, GroupAxis } from '../../symmetry';

/** The leaf of an axis in place of a group: null if it has no positions. */
export type ReplaceLeaf = (leaf: GroupAxis) => AxisSpec | null;

/**
 * The axis with its groups replaced. Products of nothing are left out of concatenations, and factors of one
 * position out of products.
 *
 * @returns The axis; null if it has no positions.
 */
export function simplifyAxis(axis: AxisSpec, replace: ReplaceLeaf): AxisSpec | null {
  switch (axis.kind) {
    case 'group':
      return replace(axis);
    case 'product': {
      const factors = axis.factors.map((factor) => simplifyAxis(factor, replace));
      if (!factors.every((factor) => factor !== null)) return null;
      const others = factors.filter((factor) => factor.kind !== 'fixed' || factor.size !== 1);
      return others.length > 1 ? { kind: 'product', factors: others } : (others[0] ?? factors[0]);
    }
    case 'concat': {
      const parts = axis.segments.map((segment) => simplifyAxis(segment, replace));
      const segments = parts.filter((segment) => segment !== null);
      return segments.length > 1 ? { kind: 'concat', segments } : (segments[0] ?? null);
    }
    default:
      return axis;
  }
}
