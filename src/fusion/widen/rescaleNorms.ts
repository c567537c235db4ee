import { assertNames, assertObject } from '../../checks';
import { invalid } from '../../errors';
import { crossOffsets, type Shapes } from '../../params/internal';
import type { PermutationSpec } from '../../symmetry';
import type { Place, ResolvedSpec } from '../../symmetry/internal';
import { placePositions, placesOn } from '../../symmetry/internal';
import type { EmbeddedNetwork } from '../embed/embedParams';
import type { TensorValues } from '../embed/tensorValues';
import { placedView } from '../units/placedView';

/** The parameters of the norms that read a group. */
export interface NormParameters {
  /** The names of the gains, γ. */
  gains: readonly string[];
  /** The names of the offsets, β. Default: none. */
  offsets?: readonly string[];
}

/** Norm parameters by group. */
export type NormsByGroup = Readonly<Record<string, NormParameters>>;

/**
 * Throws unless `norms` names the gains and offsets of groups that only layer norms, or only RMS norms, read together.
 */
export function assertNorms(
  { groups }: PermutationSpec,
  { places, groups: resolved }: ResolvedSpec,
  norms: NormsByGroup,
): void {
  assertObject(
    'norms',
    norms,
    "Pass the gains by group, such as { stream: { gains: ['norm/gamma'] } }",
  );
  for (const [name, own] of Object.entries(norms)) {
    const { joint = [] } = groups.find((group) => group.name === name) ?? {};
    const isNorm = joint.length === 1 && (joint[0] === 'layerNorm' || joint[0] === 'rmsNorm');
    const isFree = resolved.some((group) => group.name === name && group.parent === null);
    if (!isNorm || !isFree) {
      throw invalid(
        `norms has '${name}', which is not a free group that only layer norms or RMS norms read`,
        'Leave it out',
        { param: 'norms', received: name },
      );
    }
    assertObject('norms', own, "Pass { gains: ['norm/gamma'] }");
    const { gains, offsets = [] } = own;
    assertNames('gains', gains, 'Pass the names of the gains of the norms');
    assertNames('offsets', offsets, 'Pass the names of the offsets of the norms');
    for (const param of [...gains, ...offsets]) {
      if (placesOn(places, param).some(({ group }) => group === name)) continue;
      throw invalid(
        `norms names '${param}', which has no units of group '${name}'`,
        'Pass the names of the gains and offsets of the norms over the group',
        { param: 'norms', received: param },
      );
    }
  }
}

/**
 * Prepares a network for norms over N units in place of n, the new ones zero. With q = n / N, gains become √q·γ. Under
 * layer norms the stream gets mean 0: what is written to it, W, becomes W (I − 11ᵀ/n).
 *
 * @param sizes - The new sizes of the groups.
 */
export function rescaleNorms(
  { groups }: PermutationSpec,
  resolved: ResolvedSpec,
  shapes: Shapes,
  sizes: Readonly<Record<string, number>>,
  norms: NormsByGroup,
): NonNullable<EmbeddedNetwork['edit']> {
  const joint = new Map(groups.map((group) => [group.name, group.joint ?? []]));
  return (param, values) => {
    let edited = values;
    for (const place of placesOn(resolved.places, param)) {
      if (place.role !== 'producer' || !Object.hasOwn(norms, place.group)) continue;
      const { gains, offsets = [] } = norms[place.group];
      const scale = Math.sqrt(place.units / sizes[place.group]);
      if (gains.includes(param)) edited = edited.map((value) => scale * value);
      else if (!offsets.includes(param) && joint.get(place.group)!.includes('layerNorm')) {
        edited = centred(edited, place, shapes[param], resolved);
      }
    }
    return edited;
  };
}

/** The values less their mean over the units of a place. */
function centred(
  values: TensorValues,
  place: Place,
  shape: readonly number[],
  resolved: ResolvedSpec,
): TensorValues {
  const { offsets } = placedView(place.param, shape, resolved);
  const positions = placePositions(place);
  const others = offsets
    .filter((_, axis) => axis !== place.axis)
    .reduce(crossOffsets, Int32Array.of(0));
  const result = values.slice();
  for (let copy = 0; copy < place.copies; copy++) {
    const own = Int32Array.from(
      { length: place.units },
      (_, unit) => offsets[place.axis][positions[unit * place.copies + copy]],
    );
    for (const start of others) {
      const mean = own.reduce((sum, offset) => sum + values[start + offset], 0) / place.units;
      for (const offset of own) result[start + offset] = values[start + offset] - mean;
    }
  }
  return result;
}
