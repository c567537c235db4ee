import { about } from '../errors';
import { readOnnx } from '../node';
import { renamedBy } from '../node/internal';
import type { PrefixMapping } from '../params';
import type { ParameterSpec, PermutationSpec } from '../symmetry';
import { useCommandBackend } from './commandBackend';
import type { Session } from './session';

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
 */
export async function deriveSpec(
  { signal }: Session,
  paths: readonly string[],
  renamePrefix: readonly PrefixMapping[],
): Promise<DerivedSpec> {
  const models = [];
  for (const path of paths) models.push(await readOnnx(path, { signal }));
  await useCommandBackend();
  const { onnxSpec } = await import('../onnx');
  const [{ bytes, externalData }] = models;
  const spec = await about(`'${paths[0]}'`, () => onnxSpec(bytes, { externalData }));
  const warnings = spec.derivation?.warnings ?? [];
  return { name: paths[0], spec: withCounters(renamedSpec(spec, renamePrefix)), warnings };
}

function renamedSpec(spec: PermutationSpec, renamePrefix: readonly PrefixMapping[]) {
  const names = Object.keys(spec.params);
  const renamed = new Map(renamedBy(names, renamePrefix).map((name, i) => [names[i], name]));
  const { fixed, warnings } = spec.derivation ?? { fixed: [], warnings: [] };
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
