import type { PrefixMapping } from '../params';
import { commonPrefixes } from '../params/internal';
import type { PermutationSpec } from '../symmetry';
import type { Listing } from './listCheckpoints';

/** The prefix to rename where a checkpoint fits a spec but for a prefix; null if it fits, or not even so. */
export function prefixOfSpec(spec: PermutationSpec, { shapes }: Listing): PrefixMapping | null {
  const names = Object.keys(shapes);
  const required = Object.keys(spec.params).filter((name) => !spec.params[name].optional);
  const fits = (renamed: readonly string[]) => {
    const all = new Set(renamed);
    return required.every((name) => all.has(name));
  };
  if (names.length === 0 || required.length === 0 || fits(names)) return null;
  const mappings = [
    ...commonPrefixes(names).map((from) => ({ from, to: '' })),
    ...commonPrefixes(Object.keys(spec.params)).map((to) => ({ from: '', to })),
  ];
  return (
    mappings.find(({ from, to }) => fits(names.map((name) => to + name.slice(from.length)))) ?? null
  );
}
