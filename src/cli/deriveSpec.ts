import { about } from '../errors';
import { readOnnx } from '../node';
import type { OnnxFiles } from '../onnx';
import type { OnnxWeight } from '../onnx/internal';
import type { PrefixMapping } from '../params';
import { sizeOf } from '../params/internal';
import type { PermutationSpec } from '../symmetry';
import { useCommandBackend } from './commandBackend';
import { renamedSpec } from './renamedSpec';
import type { Session } from './session';
import { isConstant, specForOthers } from './specForOthers';

/** The flags for a spec that is derived. */
export interface DerivationFlags {
  readonly renamePrefix: readonly PrefixMapping[];
  /** The shape of the input without the batch. */
  readonly inputShape?: readonly number[];
}

/** A spec derived from graphs. */
export interface DerivedSpec {
  /** The path of the first file. */
  readonly name: string;
  readonly spec: PermutationSpec;
  readonly warnings: readonly string[];
}

/**
 * Derives the spec of ONNX files of one network from their graphs, on the command's own backend. Parameters have
 * the names of the files, after prefixes are renamed.
 *
 * @param forOthers - True if the spec is for files of other formats too, see {@link specForOthers}.
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
  const { graphDifference, openTogether, specOfFiles } = await import('../onnx/internal');
  const derived = await about(`'${paths[0]}'`, () =>
    specOfFiles(models, { inputShape, isConstant }),
  );
  const [{ weights }] = openTogether(models);
  const { spec, warnings: found } = forOthers
    ? specForOthers(derived, paths[0], (name) => isUniform(weights.get(name)!))
    : { spec: derived, warnings: [] };
  const { fixed = [], warnings: own = [] } = spec.derivation ?? {};
  const differing = paths.slice(1).flatMap((path, k) => {
    const difference = graphDifference(models[0], models[k + 1]);
    return difference === null ? [] : [differenceWarning(path, paths[0], difference)];
  });
  const warnings = [...own, ...found, ...differing];
  const named = renamedSpec({ ...spec, derivation: { fixed, warnings } }, renamePrefix);
  return { name: paths[0], spec: named, warnings };
}

function differenceWarning(path: string, first: string, difference: string): string {
  return `the graph of '${path}' is not that of '${first}', and weights are matched by their names alone: ${difference}`;
}

/** True if all elements of a weight have the same bytes. */
function isUniform({ read, shape }: OnnxWeight): boolean {
  const bytes = read();
  const size = bytes.length / sizeOf(shape);
  return bytes.every((byte, i) => byte === bytes[i % size]);
}
