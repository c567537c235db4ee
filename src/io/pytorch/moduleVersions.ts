import type { PickleValue } from '../pickle/pickleValue';
import { attributesOf, pickledEntries } from './pickledEntries';

/** Versions of modules, by the names of the modules in their network. */
export type ModuleVersions = ReadonlyMap<string, number>;

/**
 * The versions of modules that a state dict has in its attribute `_metadata`. Some modules of PyTorch, such as
 * torchvision's MNASNet, do not load a state dict without theirs.
 */
export function moduleVersions(entries: ReadonlyMap<string, PickleValue>): ModuleVersions {
  const modules = pickledEntries(attributesOf(entries)?.get('_metadata'));
  const versions = new Map<string, number>();
  for (const [name, value] of modules ?? []) {
    const version = pickledEntries(value)?.get('version');
    if (isVersion(version)) versions.set(name, version);
  }
  return versions;
}

function isVersion(value: PickleValue | undefined): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
