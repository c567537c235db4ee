import type { PermutationSpec, SpecDerivation } from '../symmetry';

/** The spec with reasons for fixed axes and warnings, which `explainSpec` prints. It keeps those that it has. */
export function withReasons(
  spec: PermutationSpec,
  { fixed = [], warnings = [] }: Partial<SpecDerivation>,
): PermutationSpec {
  if (fixed.length === 0 && warnings.length === 0) return spec;
  const own = spec.derivation;
  const derivation = {
    fixed: [...(own?.fixed ?? []), ...fixed],
    warnings: [...(own?.warnings ?? []), ...warnings],
  };
  return { ...spec, derivation };
}
