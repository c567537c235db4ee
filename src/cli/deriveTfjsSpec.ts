import { tfjsSpec } from '../node/internal';
import { useCommandBackend } from './commandBackend';
import type { DerivationFlags, DerivedSpec } from './deriveSpec';
import { renamedSpec } from './renamedSpec';

/**
 * Derives the spec of a model of tfjs from its topology, on the command's own backend. Parameters have the names of the
 * file, after prefixes are renamed.
 */
export async function deriveTfjsSpec(
  path: string,
  { renamePrefix, inputShape }: DerivationFlags,
): Promise<DerivedSpec> {
  await useCommandBackend();
  const derived = await tfjsSpec(path, { inputShape });
  const spec = renamedSpec(derived, renamePrefix);
  return { name: path, spec, warnings: spec.derivation?.warnings ?? [] };
}
