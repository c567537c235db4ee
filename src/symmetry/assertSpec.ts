import { isRecord, kindOf } from '../checks';
import { invalid } from '../errors';
import { assertDerivation } from './assertDerivation';
import { assertGroupDepth } from './assertGroupDepth';
import { assertGroups } from './assertGroups';
import { assertParameter } from './assertParameter';
import { assertUnlisted } from './assertUnlisted';
import type { SizeTable } from './axisSize';
import type { PermutationSpec } from './permutationSpec';

/**
 * Throws unless the value is a sound spec: whatever the sizes of the network, its groups move each element of a
 * parameter to one position, and two permutations in turn are their composition. The rules that depend on sizes are
 * those of `assertSizes`.
 */
export function assertSpec(spec: PermutationSpec): void {
  if (!Array.isArray(spec?.groups) || !isRecord(spec.params)) {
    throw invalid(
      `spec must be a PermutationSpec, received ${kindOf(spec)}`,
      'Write it with permutationSpec(patterns) or a preset such as mlpSpec',
      { param: 'spec', received: kindOf(spec) },
    );
  }
  assertUnlisted(spec.unlisted);
  assertDerivation(spec.derivation);
  const groups = assertGroups(spec.groups);
  assertGroupDepth(spec.groups);
  const sizes: SizeTable = new Map();
  for (const { name, size } of spec.groups) {
    if (size !== null) sizes.set(name, { size, source: 'the spec' });
  }
  for (const [name, parameter] of Object.entries(spec.params)) {
    assertParameter(name, parameter, groups, sizes);
  }
}
