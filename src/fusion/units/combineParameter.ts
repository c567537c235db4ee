import { clone, type Tensor, tensor } from '@tensorflow/tfjs-core';
import { type Shapes, sizeOf } from '../../params/internal';
import { read } from '../../runtime';
import { placesOn, type ResolvedSpec } from '../../symmetry/internal';
import { addScattered, type ScatterAxis } from './addScattered';
import { assertFloats } from './assertFloats';
import { axisMap } from './axisMap';
import { placedView } from './placedView';
import type { UnitMap } from './unitMap';

/** A network with its places and a map for every group. */
export interface MappedNetwork {
  readonly params: Readonly<Record<string, Tensor>>;
  readonly resolved: ResolvedSpec;
  readonly maps: Readonly<Record<string, UnitMap>>;
  readonly weight: number;
}

/** The merged network without its values. */
export interface CombinedTarget {
  readonly resolved: ResolvedSpec;
  readonly shapes: Shapes;
}

/** One parameter of the merged network: a new tensor. Integers are those of the first network. */
export async function combineParameter(
  name: string,
  sources: readonly MappedNetwork[],
  target: CombinedTarget,
  yieldPoint: () => Promise<void>,
): Promise<Tensor> {
  const [{ params, resolved, maps }] = sources;
  if (params[name].dtype !== 'float32') {
    assertFloats({ [name]: params[name] }, resolved, changedGroups(maps));
    return clone(params[name]);
  }
  if (isUntouched(name, sources)) return clone(params[name]);
  const shape = target.shapes[name];
  const sum = new Float64Array(sizeOf(shape));
  for (const source of sources) {
    const axes = scatterAxes(name, source, target);
    const values = await read(source.params[name]);
    await addScattered(sum, values, axes, source.weight, yieldPoint);
  }
  return tensor(Float32Array.from(sum), [...shape], 'float32');
}

/** True for a parameter of a single network that has none of the units that change. */
function isUntouched(name: string, sources: readonly MappedNetwork[]): boolean {
  const [{ resolved, maps, weight }] = sources;
  return (
    sources.length === 1 &&
    weight === 1 &&
    placesOn(resolved.places, name).every(({ group }) => isIdentity(maps[group]))
  );
}

function isIdentity({ size, of, weight }: UnitMap): boolean {
  return (
    of.length === size && of.every((to, unit) => to === unit) && weight.every((each) => each === 1)
  );
}

/** The groups whose units move or merge. */
function changedGroups(maps: Readonly<Record<string, UnitMap>>): Set<string> {
  const isChanged = ({ of, size }: UnitMap) => of.length !== size || of.some((to, u) => to !== u);
  return new Set(Object.keys(maps).filter((name) => isChanged(maps[name])));
}

/** The map of each axis of the parameter's view, in offsets of elements before and after. */
function scatterAxes(
  name: string,
  { params, resolved, maps }: MappedNetwork,
  target: CombinedTarget,
): ScatterAxis[] {
  const own = placedView(name, params[name].shape, resolved);
  const merged = placedView(name, target.shapes[name], target.resolved);
  return own.axes.map((axis, at) => {
    const { to, weight, produced } = axisMap(axis, merged.axes[at], maps, resolved.groups);
    const offsets = merged.offsets[at];
    const into = to.map((position) => (position < 0 ? -1 : offsets[position]));
    return { from: own.offsets[at], to: into, weight, produced };
  });
}
