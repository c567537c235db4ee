import { sizeOf } from '../../../params/internal';
import type { TensorSource, TracedCall } from '../../capture/tracedCall';
import type { Recording } from '../recording';
import { axisOf } from '../rules/rule';
import { hasLaneRule } from './laneLabels';
import { type Computed, contentsOf, type Join, type LanePlan, type LaneTensor } from './laneTensor';
import { partsOf } from './partsOf';

/** The recorded facts that lanes are found from. */
export type Recorded = Pick<Recording, 'calls' | 'labelOf' | 'constantKeys' | 'exposed'>;

/**
 * Finds lanes: calls that do the same to equal parts of tensors and are joined in the order of the parts. Their
 * tensors are those of one call with one more axis, so they may be labelled as such.
 */
export function findLanes(recorded: Recorded): LanePlan {
  const { calls } = recorded;
  const match = laneMatcher(recorded);
  const joins = new Map<number, Join>();
  for (const call of calls) {
    const join = /^(Concat|Pack)$/.test(call.kernel) ? joinOf(call, match) : null;
    if (join) joins.set(call.index, join);
  }
  return { joins, inside: insideOnly(recorded, joins) };
}

/** Matches the tensors of lanes; null if they do not correspond. */
type Match = (sources: readonly TensorSource[]) => LaneTensor | null;

function joinOf({ kernel, attrs, inputs, shapes: [shape] }: TracedCall, match: Match): Join | null {
  const sources = Object.values(inputs);
  const keys = sources.map(keyOf);
  const different = [...new Set(keys)];
  const isConstant = sources.some(({ kind }) => kind === 'constant');
  if (isConstant || different.length < 2 || sizeOf(shape) === 0) return null;
  const lanes = match(different.map((key) => sources[keys.indexOf(key)]));
  if (lanes?.kind !== 'parts' && lanes?.kind !== 'computed') return null;
  return {
    lanes,
    count: different.length,
    axis: axisOf(attrs.axis, shape.length),
    isStack: kernel === 'Pack',
    order: keys.map((key) => different.indexOf(key)),
  };
}

function laneMatcher({ calls, labelOf, constantKeys }: Recorded): Match {
  const known = new Map<string, LaneTensor | null>();
  // The labels of positions of units are not those of their tensors.
  const isPlain = (source: TensorSource) => {
    const label = labelOf(source);
    return label !== null && label.oneHot === undefined;
  };

  function match(sources: readonly TensorSource[]): LaneTensor | null {
    const name = sources.map(keyOf).join();
    const before = known.get(name);
    if (before !== undefined) return before;
    const found = matched(sources);
    known.set(name, found);
    return found;
  }

  function matched(sources: readonly TensorSource[]): LaneTensor | null {
    const [first] = sources;
    if (sources.every((source) => keyOf(source) === keyOf(first))) {
      return isPlain(first) ? { kind: 'common', source: first } : null;
    }
    const outputs = sources.flatMap((source) => (source.kind === 'call' ? source : []));
    if (outputs.length < sources.length) return null;
    const parts = partsOf(outputs, calls, (source) => labelOf(source)?.shape ?? null);
    if (parts) return isPlain(parts.source) ? parts : null;
    return computed(
      outputs.map(({ call }) => calls[call]),
      outputs.map(({ output }) => output),
    );
  }

  function computed(own: readonly TracedCall[], outputs: readonly number[]): Computed | null {
    const [first] = own;
    const key = callKey(first);
    const isAlike = own.every((call) => callKey(call) === key);
    const isEach = new Set(own).size === own.length && new Set(outputs).size === 1;
    if (!hasLaneRule(first) || !isAlike || !isEach) return null;
    const inputs: Record<string, LaneTensor> = {};
    for (const name of Object.keys(first.inputs)) {
      const found = matchInput(own, name);
      if (!found) return null;
      inputs[name] = found;
    }
    const differs = Object.values(inputs).some(({ kind }) => /parts|computed/.test(kind));
    const indices = own.map(({ index }) => index);
    return differs ? { kind: 'computed', calls: indices, output: outputs[0], inputs } : null;
  }

  function matchInput(own: readonly TracedCall[], name: string): LaneTensor | null {
    const sources = own.map(({ inputs }) => inputs[name]);
    if (sources.every(({ kind }) => kind !== 'constant')) return match(sources);
    const keys = new Set(own.map(({ index }) => constantKeys.get(`${index} ${name}`)));
    return keys.size === 1 && !keys.has(undefined)
      ? { kind: 'constant', call: own[0].index, name }
      : null;
  }

  return match;
}

/**
 * The calls of lanes whose outputs only lanes and their joins take. The labels of other calls are needed, and with
 * them those of their inputs.
 */
function insideOnly(
  { calls, exposed }: Recorded,
  joins: ReadonlyMap<number, Join>,
): ReadonlySet<number> {
  const contents = [...joins.values()].map(({ lanes }) => contentsOf(lanes));
  const inside = new Set(contents.flatMap((each) => each.calls));
  const outer = [...contents.flatMap(({ sources }) => sources), ...exposed];
  const need = (source: TensorSource) => {
    if (source.kind === 'call') inside.delete(source.call);
  };
  outer.forEach(need);
  // The calls that take an output come after the call that gives it.
  for (const { index, inputs } of [...calls].reverse()) {
    if (!inside.has(index) && !joins.has(index)) Object.values(inputs).forEach(need);
  }
  return inside;
}

function keyOf(source: TensorSource): string {
  return JSON.stringify(source);
}

/** A key that calls of one kernel share if they differ in their inputs' values alone. */
function callKey({ kernel, attrs, inputs, shapes }: TracedCall): string {
  return JSON.stringify([kernel, attrs, Object.keys(inputs), shapes]);
}
