import { nestedOffsets, stridesOf } from '../../params/internal';
import type { JointUse } from '../../symmetry';
import type { TracedCall } from '../capture/tracedCall';
import type { Symmetries } from '../groups/unitGroup';
import type { Bundle, Label } from '../labels/label';
import type { Recording } from '../labels/recording';
import { dataflowOf } from '../replay/dataflow';
import { callLetters } from './callLetters';
import { normUses } from './normUses';

/** Axes of a tensor of data whose units a call reads together. */
export interface AxesUse {
  readonly label: Label;
  readonly axes: readonly number[];
  readonly use: JointUse;
}

type Recorded = Pick<Recording, 'calls' | 'inputLabel'>;

/** The axes of data that a forward pass reads together, other than by the linear maps of parameters. */
export function axesUses(recorded: Recorded): AxesUse[] {
  const { isData } = dataflowOf(recorded.calls);
  const norms = normUses(recorded.calls);
  return recorded.calls.flatMap((call) => {
    const data = Object.keys(call.inputs).filter((name) => isData(call.inputs[name]));
    if (data.length === 0) return [];
    return usesIn(recorded, call, data, norms.get(call.index) ?? useOfKernel(call));
  });
}

/** The use of what a call reduces. */
function useOfKernel({ kernel }: TracedCall): JointUse {
  if (/^(Max|Min|ArgMax|ArgMin)$/.test(kernel)) return 'max';
  return /^(All|Any|Prod)$/.test(kernel) ? 'other' : 'mean';
}

function usesIn(
  { inputLabel }: Recorded,
  call: TracedCall,
  data: readonly string[],
  use: JointUse,
): AxesUse[] {
  const labels = new Map(
    Object.keys(call.inputs).flatMap((name) => {
      const own = inputLabel(call, name);
      return own ? [[name, own] as const] : [];
    }),
  );
  const first = labels.get(data[0]);
  if (/^(Softmax|LogSoftmax|TopK)$/.test(call.kernel) && first) {
    const axes = [first.label.shape.length - 1];
    return [{ label: first.label, axes, use: call.kernel === 'TopK' ? 'other' : 'softmax' }];
  }
  const shapes = [...labels].map(
    ([name, { label, inLanes }]) => [name, label.shape.slice(inLanes ? 1 : 0)] as const,
  );
  const letters = callLetters(call, new Map(shapes));
  if (!letters || letters.kind === 'elementwise') return [];
  return data.flatMap((name): AxesUse[] => {
    const { label, inLanes } = labels.get(name) ?? {};
    if (!label) return [];
    const others = [...letters.operands].filter(([other]) => other !== name);
    const uses = (letters.operands.get(name) ?? []).flatMap((letter, axis) => {
      if (letter === null || letters.result.includes(letter)) return [];
      const meets = others.filter(([, own]) => own.includes(letter)).map(([other]) => other);
      if (meets.some((other) => !data.includes(other))) return []; // A parameter consumes the units.
      return [{ axis: inLanes ? axis + 1 : axis, isProduct: meets.length > 0 }];
    });
    const products = uses.filter(({ isProduct }) => isProduct).map(({ axis }) => axis);
    const reduced = uses.filter(({ isProduct }) => !isProduct).map(({ axis }) => axis);
    return [
      { label, axes: products, use: 'dotProduct' },
      { label, axes: reduced, use },
    ];
  });
}

/** The joint uses of each group. A norm over positions of other axes too is a group norm. */
export function jointUses(
  uses: readonly AxesUse[],
  symmetries: Symmetries,
): ReadonlyMap<number, ReadonlySet<JointUse>> {
  const found = new Map<number, Set<JointUse>>();
  for (const { label, axes, use } of uses) {
    const read = axes.filter((axis) => label.shape[axis] > 1);
    const groups = read.map((axis) => groupsAlong(label, axis, symmetries));
    const isNorm = use === 'layerNorm' || use === 'rmsNorm';
    const own = isNorm && groups.some((each) => each.size === 0) ? 'groupNorm' : use;
    for (const group of groups.flatMap((each) => [...each])) {
      found.set(group, (found.get(group) ?? new Set()).add(own));
    }
  }
  return found;
}

/** The free and fibred groups whose units change along an axis. */
function groupsAlong(label: Label, axis: number, symmetries: Symmetries): Set<number> {
  const bundle = label.bundles.find(({ axes }) => axes.includes(axis));
  return bundle ? changingGroups(label, bundle, axis, symmetries) : new Set();
}

function changingGroups(
  { shape }: Label,
  { space, axes }: Bundle,
  axis: number,
  { groups, layout }: Symmetries,
): Set<number> {
  const laid = layout(space);
  const changing = new Set<number>();
  if (!laid || laid.present.length === 0) return changing;
  const strides = stridesOf(axes.map((each) => shape[each]));
  const loops = [...axes.keys()].sort(
    (a, b) => Number(axes[a] === axis) - Number(axes[b] === axis),
  );
  const positions = nestedOffsets(
    loops.map((k) => shape[axes[k]]),
    loops.map((k) => strides[k]),
  );
  const first = new Map<number, number>();
  positions.forEach((at, i) => {
    if (i % shape[axis] === 0) first.clear();
    if (laid.groups[at] < 0) return;
    for (const { group, digits } of groups[laid.groups[at]].slots) {
      const unit = digits[laid.units[at]];
      if ((first.get(group) ?? unit) !== unit) changing.add(group);
      first.set(group, unit);
    }
  });
  return changing;
}
