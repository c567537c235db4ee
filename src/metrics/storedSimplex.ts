import { type SimplexReport, simplexGrid, simplexSurface } from './simplexBarrier';
import { storedSurfaces } from './storedSurfaces';

/**
 * The report on a simplex that was stored, computed anew from its values.
 *
 * @param path - The place of the report, for errors.
 * @param networks - The number of networks.
 * @throws InvalidInputError if it was not measured on this grid, or a field does not follow from its values.
 */
export function storedSimplex(
  path: string,
  stored: unknown,
  networks: number,
  resolution: number,
): SimplexReport {
  const weights = simplexGrid(networks, resolution);
  return storedSurfaces(path, stored, {
    field: 'weights',
    grid: weights,
    surfaceOf: (values) => simplexSurface(weights, values),
  }) as SimplexReport;
}
