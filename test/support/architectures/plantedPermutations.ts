import {
  identityPermutations,
  type Params,
  type PermutationSpec,
  randomPermutations,
} from 'perm-lmc';
import { groupsOfAxis } from '../../../src/symmetry/internal';

/**
 * Random permutations of a derived spec. Tables of coordinates stay as they are: they are weights to the graph, but
 * all networks have equal ones.
 */
export function plantedPermutations(spec: PermutationSpec, params: Params) {
  const tables = Object.keys(spec.params).filter((name) => name.endsWith('relative_coords_table'));
  const still = new Set(tables.flatMap((name) => spec.params[name].axes.flatMap(groupsOfAxis)));
  const identity = identityPermutations(spec, params);
  const random = Object.entries(randomPermutations(spec, params, { seed: 2 }));
  return Object.fromEntries(
    random.map(([name, permutation]) => [name, still.has(name) ? identity[name] : permutation]),
  );
}
