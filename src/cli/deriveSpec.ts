import { about } from '../errors';
import { readOnnx } from '../node';
import { renamedBy } from '../node/internal';
import type { OnnxFiles } from '../onnx';
import type { PrefixMapping } from '../params';
import type { ParameterSpec, PermutationSpec } from '../symmetry';
import { useCommandBackend } from './commandBackend';
import { foldedWarning } from './foldedWarning';
import type { Session } from './session';

/** The flags for a spec that is derived. */
export interface DerivationFlags {
  readonly renamePrefix: readonly PrefixMapping[];
  /** The shape of the input without the batch. */
  readonly inputShape?: readonly number[];
}

/** A spec derived from graphs. */
interface DerivedSpec {
  /** The path of the first file. */
  readonly name: string;
  readonly spec: PermutationSpec;
  readonly warnings: readonly string[];
}

/**
 * Derives the spec of ONNX files of one network from their graphs, on the command's own backend. Parameters have
 * the names of the files, after prefixes are renamed.
 *
 * @param forOthers - True if the spec is for other files too. Then names that only these files have are a warning.
 */
export async function deriveSpec(
  { signal }: Session,
  paths: readonly string[],
  { renamePrefix, inputShape }: DerivationFlags,
  forOthers: boolean,
): Promise<DerivedSpec> {
  const models: OnnxFiles[] = [];
  for (const path of paths) models.push(await readOnnx(path, { signal }));
  await useCommandBackend();
  const { specOfFiles } = await import('../onnx/internal');
  const derived = await about(`'${paths[0]}'`, () => specOfFiles(models, inputShape));
  const folded = forOthers ? foldedWarning(paths[0], Object.keys(derived.params)) : [];
  const { fixed = [], warnings: found = [] } = derived.derivation ?? {};
  const warnings = [...found, ...folded];
  const spec = renamedSpec({ ...derived, derivation: { fixed, warnings } }, renamePrefix);
  return { name: paths[0], spec: withCounters(spec), warnings };
}

function renamedSpec(
  spec: PermutationSpec,
  renamePrefix: readonly PrefixMapping[],
): PermutationSpec {
  const names = Object.keys(spec.params);
  const renamed = new Map(renamedBy(names, renamePrefix).map((name, i) => [names[i], name]));
  const { fixed, warnings } = spec.derivation!;
  return {
    ...spec,
    params: Object.fromEntries(names.map((name) => [renamed.get(name)!, spec.params[name]])),
    derivation: {
      fixed: fixed.map((each) => ({ ...each, param: renamed.get(each.param) ?? each.param })),
      warnings,
    },
  };
}

/**
 * The spec with the counters of batch normalisation that a state dict of PyTorch has and a graph has not, as
 * optional parameters.
 */
function withCounters(spec: PermutationSpec): PermutationSpec {
  const counter: ParameterSpec = { axes: [], optional: true };
  const params = Object.entries(spec.params).flatMap(([name, parameter]) => {
    const own = [name, parameter] as const;
    const layer = /^(.*\.)?running_var$/.exec(name)?.[1] ?? '';
    return name.endsWith('running_var')
      ? [own, [`${layer}num_batches_tracked`, counter] as const]
      : [own];
  });
  return { ...spec, params: Object.fromEntries(params) };
}
