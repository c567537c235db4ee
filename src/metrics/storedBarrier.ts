import { type BarrierReport, type BarrierSettings, barrierCurve, evenGrid } from './barrier';
import { storedSurfaces } from './storedSurfaces';

/**
 * The report of a barrier that was stored, computed anew from its values.
 *
 * @param path - The place of the report, for errors.
 * @throws InvalidInputError if it was not measured at these points, or a field does not follow from its values.
 */
export function storedBarrier(
  path: string,
  stored: unknown,
  { points, baseline }: BarrierSettings,
): BarrierReport {
  const alphas = evenGrid(points);
  return storedSurfaces(path, stored, {
    field: 'alphas',
    grid: alphas,
    surfaceOf: (values) => barrierCurve(alphas, values, baseline),
  }) as BarrierReport;
}
