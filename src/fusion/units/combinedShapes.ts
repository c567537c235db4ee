import { mapParams, type Shapes } from '../../params/internal';
import type { AxisSpec, PermutationSpec } from '../../symmetry';
import { axisSize, inferSizes, type SizeTable, solveUnknown } from '../../symmetry/internal';

/**
 * The shapes of a network's parameters after its groups get other sizes. Fixed sizes stay.
 *
 * @param resized - The spec with the new sizes, from `resizeSpec`.
 * @param sizes - The number of units of each group after the change.
 */
export function combinedShapes(
  spec: PermutationSpec,
  shapes: Shapes,
  resized: PermutationSpec,
  sizes: Readonly<Record<string, number>>,
): Record<string, number[]> {
  const before = inferSizes(spec, shapes);
  const after: SizeTable = new Map(before);
  for (const [name, size] of Object.entries(sizes)) after.set(name, { size, source: 'sizes' });
  return mapParams(shapes, (shape, param) => {
    if (!Object.hasOwn(spec.params, param)) return [...shape];
    const [own, other] = [spec, resized].map(({ params }) => params[param].axes);
    return shape.map((size, at) => resizedAxis(own[at], other[at], size));
  });

  /** Positions written out keep their number, unless the resized spec has a pattern in their place. */
  function resizedAxis(own: AxisSpec, other: AxisSpec, size: number): number {
    if (own.kind === 'entries' && other.kind !== 'entries') return axisSize(other, after);
    if (own.kind === 'entries' || own.kind === 'part') return size;
    return axisSize(own, after, solveUnknown(own, before, size) ?? 1);
  }
}
