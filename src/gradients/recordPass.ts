import { keep, Tensor, type TensorInfo, tidy } from '@tensorflow/tfjs-core';
import type { Params } from '../params';
import { tensorsIn } from '../params/internal';
import { interceptKernels, type KernelCall } from '../tracing/internal';
import type { GradientRule } from './rules/gradientRule';
import { ruleOf } from './rules/ruleOf';
import { shareOf } from './shareOf';

/** One kernel call that a parameter reaches. */
export interface Step {
  readonly kernel: string;
  readonly attrs: Readonly<Record<string, unknown>>;
  /** Undefined if no gradient of the kernel is known. */
  readonly rule: GradientRule | undefined;
  /** The inputs by name: those that the rule saves are alive. */
  readonly inputs: Readonly<Record<string, Tensor>>;
  /** The outputs, alive if the rule saves them. */
  readonly outputs: readonly Tensor[];
  /** The inputs that a parameter reaches: their names in the call, and the tensors of the pass. */
  readonly sources: readonly (readonly [name: string, tensor: Tensor])[];
  /** The outputs as tensors of the pass. */
  readonly results: readonly Tensor[];
  /** The tensors that the step keeps alive. */
  readonly saved: readonly Tensor[];
  /** The name of a parameter that reaches the call. */
  readonly origin: string;
}

/** The kernel calls of a pass that parameters reach, in order. */
export interface Pass {
  /** The result of the function, alive in the current scope. */
  readonly value: unknown;
  readonly steps: readonly Step[];
}

/**
 * Runs a function of params and records the kernel calls that a float32 parameter reaches. What the gradients need is
 * kept alive whatever the function disposes. On an error nothing stays alive.
 *
 * @param params - Tensors of which no two are the same object.
 */
export function recordPass(run: (params: Params) => unknown, params: Params): Pass {
  const steps: Step[] = [];
  const origins = new Map<TensorInfo, string>();
  for (const [name, tensor] of Object.entries(params)) {
    if (tensor.dtype === 'float32') origins.set(tensor, name);
  }
  const onKernel = (call: KernelCall) => {
    const result = call.run();
    const step = recordStep(call, [result].flat() as Tensor[], origins);
    if (step) steps.push(step);
    return result;
  };
  try {
    let value: unknown;
    tidy(() => {
      value = interceptKernels({ onKernel }, () => run(params));
      return tensorsIn(value);
    });
    return { value, steps };
  } catch (error) {
    for (const { saved } of steps) for (const tensor of saved) tensor.dispose();
    throw error;
  }
}

/** The step of a call, and the origins of its outputs; null if no gradient passes through it. */
function recordStep(
  call: KernelCall,
  results: readonly Tensor[],
  origins: Map<TensorInfo, string>,
): Step | null {
  const inputs = Object.entries(call.inputs).filter(isTensorEntry);
  const sources = inputs.filter(([, tensor]) => origins.has(tensor));
  const rule = ruleOf(call.name, call.attrs);
  const floats = results.filter(({ dtype }) => dtype === 'float32' || dtype === 'complex64');
  if (sources.length === 0 || floats.length === 0 || rule === 'flat') return null;

  const origin = origins.get(sources[0][1])!;
  for (const result of floats) origins.set(result, origin);
  const saved: Tensor[] = [];
  const save = (tensor: Tensor) => {
    const share = keep(shareOf(tensor));
    saved.push(share);
    return share;
  };
  const isSaved = (name: string) => rule?.saves === 'all' || rule?.saves?.includes(name);
  return {
    kernel: call.name,
    attrs: call.attrs,
    rule,
    inputs: Object.fromEntries(
      inputs.map(([name, tensor]) => [name, isSaved(name) ? save(tensor) : tensor]),
    ),
    outputs: rule?.savesOutput ? results.map(save) : results,
    sources,
    results,
    saved,
    origin,
  };
}

function isTensorEntry(entry: [string, unknown]): entry is [string, Tensor] {
  return entry[1] instanceof Tensor;
}
