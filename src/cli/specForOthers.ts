import { listNames } from '../checks';
import type { ParameterSpec, PermutationSpec } from '../symmetry';
import { groupsOfAxis } from '../symmetry/internal';

/** True for a constant that PyTorch's exporter made, such as the start of a recurrent layer, or rotary angles. */
export function isConstant(name: string): boolean {
  return /^\/.*Constant(_\d+)?_output_\d+$/.test(name);
}

/** Names of tensors that exporters computed: `onnx::Conv_29`, `29`, `/fc/Constant_1_output_0`, `val_7`, `pow_2`, `conv.weight_bias`. */
const MADE = /^(onnx::|val_|\/)|^\d+$|^[a-z]+_\d+$|\.weight_bias$/;

const KEEPING =
  'training=torch.onnx.TrainingMode.PRESERVE, do_constant_folding=False, keep_initializers_as_inputs=False or, with dynamo=True, optimize=False';

/**
 * The spec of a graph for checkpoints of the same network in other formats, with the names of a state dict. Tensors
 * that the exporter computed are optional where no unit moves in them or all of their values are equal. Any others
 * are a warning, with the flags that keep names. Counters of batch normalisation, which no graph has, are optional.
 *
 * @param path - The path of the graph, for the warning.
 * @param isUniform - True if all values of a parameter are equal.
 */
export function specForOthers(
  spec: PermutationSpec,
  path: string,
  isUniform: (name: string) => boolean,
): { readonly spec: PermutationSpec; readonly warnings: readonly string[] } {
  const made = Object.keys(spec.params).filter((name) => MADE.test(name));
  const folded = made.filter((name) => moves(spec.params[name]) && !isUniform(name));
  const optional = new Set(made.filter((name) => !folded.includes(name)));
  const params = Object.entries(spec.params).flatMap(([name, parameter]) => [
    [name, optional.has(name) ? { ...parameter, optional: true } : parameter] as const,
    ...counterAfter(name),
  ]);
  return {
    spec: { ...spec, params: Object.fromEntries(params) },
    warnings: folded.length === 0 ? [] : [foldedWarning(path, folded)],
  };
}

/** True if a group moves units of the parameter. */
function moves({ axes }: ParameterSpec): boolean {
  return axes.some((axis) => groupsOfAxis(axis).length > 0);
}

/** The counter that PyTorch's batch normalisation has beside its variance. */
function counterAfter(name: string): (readonly [string, ParameterSpec])[] {
  const [, layer] = /^(.*\.|)running_var$/.exec(name) ?? [];
  if (layer === undefined) return [];
  return [[`${layer}num_batches_tracked`, { axes: [], optional: true }]];
}

function foldedWarning(path: string, names: readonly string[]): string {
  return `the exporter folded names away in '${path}', so the spec fits no other format: ${listNames(names)}. To keep the names of the state dict, export with ${KEEPING}`;
}
