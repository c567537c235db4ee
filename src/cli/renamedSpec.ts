import { renamedBy } from '../node/internal';
import type { PrefixMapping } from '../params';
import type { PermutationSpec } from '../symmetry';

/** A derived spec with the prefixes of its parameters renamed. */
export function renamedSpec(
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
