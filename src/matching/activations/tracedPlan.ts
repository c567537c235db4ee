import { clone, dispose, keep, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { invalid } from '../../errors';
import type { NetworkInput, Params } from '../../params';
import { type ResolvedGroup, type ResolvedSpec, toView } from '../../symmetry/internal';
import type { TracedForward } from '../../tracing';
import {
  activatedCall,
  hasFusedActivation,
  preActivation,
  type Replay,
  replayForward,
  traceForward,
} from '../../tracing/internal';
import { familyOf, membersOf } from '../weights/family';
import { type TracedSource, tracedSources } from './tracedSources';
import type { ActivationPlan } from './unitSource';

/**
 * The tensors to compare, of those that carry a group, in the order of the forward pass: the last, the
 * first, or all of them, with their similarities added up.
 */
export type ActivationCapture = 'last' | 'first' | 'all';

/** The tensors of a plan: outputs of operations with parameters, or those after the nonlinearity that follows. */
export type CapturedSide = 'before' | 'after';

/**
 * The plan for batches of the shapes of `input`, found by tracing the forward pass once.
 *
 * @param side - `'after'`: where an activation function alone takes an output, its result is captured instead.
 * @throws InvalidInputError when no tensor carries the units of a group.
 */
export function tracedPlan(
  spec: ResolvedSpec,
  forward: TracedForward,
  params: Params,
  input: NetworkInput,
  capture: ActivationCapture,
  side: CapturedSide = 'before',
): (input: NetworkInput) => ActivationPlan {
  const trace = traceForward(forward, params, input);
  const found = tracedSources(spec, trace, params);
  assertFound(spec, found);
  const chosen = [...found.values()].flatMap((each) => {
    if (capture === 'all') return each;
    return capture === 'last' ? each.slice(-1) : each.slice(0, 1);
  });
  const { calls } = trace;
  const sources =
    side === 'before'
      ? chosen
      : chosen.map((source) => ({ ...source, call: activatedCall(calls, source.call) }));
  const replay = { forward, calls };
  return (batch) => ({
    sources,
    run: (network, wanted) =>
      captured(
        replay,
        network,
        batch,
        wanted.map((i) => sources[i]),
        side,
      ),
  });
}

/** The tensors of the sources in a forward pass; the caller disposes them. */
function captured(
  replay: Replay,
  params: Params,
  input: NetworkInput,
  sources: readonly TracedSource[],
  side: CapturedSide,
): Tensor[] {
  const outputs = new Map<number, Tensor>();
  const wanted = new Set(sources.map(({ call }) => call));
  try {
    replayForward(replay, params, input, (call) => {
      const result = call.run();
      if (wanted.has(call.index)) {
        const output = Array.isArray(result) ? result[0] : result;
        const isFused = side === 'before' && hasFusedActivation(call);
        const captured = isFused ? preActivation(call) : clone(output as Tensor);
        outputs.set(call.index, keep(captured as Tensor));
      }
      return result;
    });
    return viewed(sources, outputs);
  } finally {
    dispose([...outputs.values()]);
  }
}

/** The tensor of each source, as its view. */
function viewed(sources: readonly TracedSource[], outputs: ReadonlyMap<number, Tensor>): Tensor[] {
  return tidy(() => sources.map(({ call, view }) => clone(toView(outputs.get(call)!, view))));
}

/** Throws unless every group, or one inside it, has a tensor. */
function assertFound(
  { groups }: ResolvedSpec,
  found: ReadonlyMap<string, readonly TracedSource[]>,
): void {
  const isSeen = ({ name }: ResolvedGroup) =>
    membersOf(familyOf(groups, name)).some((member) => found.get(member.name)!.length > 0);
  const unseen = groups.find((group) => !isSeen(group));
  if (unseen) {
    throw invalid(
      `no operation with parameters of its own has the units of group '${unseen.name}' in its output`,
      'Pass the activations as { activations }, or match the weights with weightMatch',
    );
  }
}
