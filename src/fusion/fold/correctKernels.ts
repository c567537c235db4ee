import { clone, mul, sqrt, square, sum, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core';
import { unitMatrix } from '../../matching/internal';
import type { Params } from '../../params';
import { mapParams } from '../../params/internal';
import { channelsOn } from '../../repair/internal';
import { readAndDispose } from '../../runtime';
import { type Place, placePositions, toView } from '../../symmetry/internal';
import type { UnitMap } from '../units/unitMap';
import type { ResolvedNetwork } from './mergeNorms';

/**
 * Scales the kernels that produce merged units by Σᵢ aᵢ |wᵢ| / |Σᵢ aᵢ wᵢ|, so that the pre-activations vary as much as
 * those of the members do: the form of Fold-AR without batch normalisation.
 *
 * @param except - Parameters that stay as they are: the kernels before batch normalisations.
 * @returns New tensors for all parameters.
 */
export async function correctKernels(
  before: ResolvedNetwork,
  after: ResolvedNetwork,
  maps: Readonly<Record<string, UnitMap>>,
  except: ReadonlySet<string>,
): Promise<Params> {
  const scales = new Map<string, Float32Array>();
  const places = before.resolved.places.filter(({ group, role }) => {
    const { size, of } = maps[group];
    return role === 'producer' && size < of.length;
  });
  for (const place of places) {
    const { param, units, copies } = place;
    const isKernel = before.params[param].size > units * copies && !except.has(param);
    const merged = samePlace(place, after);
    if (!isKernel || !merged) continue;
    const scale = scales.get(param) ?? new Float32Array(after.params[param].size).fill(1);
    scales.set(param, scale);
    await addScale(scale, [place, before], [merged, after], maps[place.group]);
  }
  return tidy(() =>
    mapParams(after.params, (each, name) => {
      const scale = scales.get(name);
      return scale ? mul(each, tensor(scale, each.shape)) : clone(each);
    }),
  );
}

/** The place of the same units in the merged network, which has the places in the same order. */
function samePlace(place: Place, { resolved }: ResolvedNetwork): Place | undefined {
  return resolved.places.find(
    ({ param, axis, group, role }) =>
      param === place.param && axis === place.axis && group === place.group && role === place.role,
  );
}

async function addScale(
  scale: Float32Array,
  [place, before]: readonly [Place, ResolvedNetwork],
  [merged, after]: readonly [Place, ResolvedNetwork],
  { size, of, weight }: UnitMap,
): Promise<void> {
  const norms = await rowNorms(place, before);
  const own = await rowNorms(merged, after);
  const target = new Float64Array(size);
  of.forEach((to, unit) => {
    target[to] += weight[unit] * norms[unit];
  });
  const { axes } = after.resolved.views.get(place.param)!;
  const at = channelsOn(after.params[place.param].shape, axes[merged.axis]);
  const factors = new Map<number, number>();
  placePositions(merged).forEach((position, i) => {
    const unit = Math.floor(i / merged.copies);
    if (own[unit] > 1e-6 * target[unit]) factors.set(position, target[unit] / own[unit]);
  });
  at.forEach((position, i) => {
    scale[i] *= factors.get(position) ?? 1;
  });
}

/** The norm of each unit's values at a place. */
async function rowNorms(
  place: Place,
  { params, resolved }: ResolvedNetwork,
): Promise<Float32Array> {
  const norms = tidy((): Tensor => {
    const viewed = toView(params[place.param], resolved.views.get(place.param)!);
    return sqrt(sum(square(unitMatrix(viewed, place)), 1));
  });
  return readAndDispose(norms);
}
