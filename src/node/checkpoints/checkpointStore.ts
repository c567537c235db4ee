import { includedParameters, type NetworkStore } from '../../matching/internal';
import type { ParameterFilter } from '../../params';
import type { PermutationSpec } from '../../symmetry';
import { viewElements } from '../../symmetry/internal';
import { assertComparableCheckpoints } from './assertComparableCheckpoints';
import { type Checkpoint, dtypesOfCheckpoint, readValues } from './checkpoint';
import { resolveCheckpoint } from './resolveCheckpoint';

/** Several networks in checkpoints on disk, checked against each other and the spec. */
export function checkpointStore(
  spec: PermutationSpec,
  checkpoints: readonly Checkpoint[],
  include: ParameterFilter,
  yieldPoint: () => Promise<void>,
): NetworkStore {
  const [first, ...others] = checkpoints;
  for (const other of others) assertComparableCheckpoints(first, other);
  const resolved = resolveCheckpoint(spec, first);
  const dtypes = dtypesOfCheckpoint(first);
  const shapeOf = (param: string) => first.tensors.get(param)!.shape;
  return {
    labels: checkpoints.map(({ path }) => `'${path}'`),
    resolved,
    dtypes,
    names: includedParameters(resolved, dtypes, include),
    shape: (param) => resolved.views.get(param)?.shape ?? shapeOf(param),
    async open(k) {
      const { tensors } = checkpoints[k];
      const readStored = async (param: string) => {
        const tensor = tensors.get(param)!;
        return { values: await readValues(tensor, yieldPoint), shape: tensor.shape };
      };
      return {
        async values(param) {
          const { values, shape } = await readStored(param);
          const floats = values as Float32Array;
          const view = resolved.views.get(param);
          return view ? viewElements(floats, shape, view) : floats;
        },
        readStored,
        dispose() {},
      };
    },
  };
}
