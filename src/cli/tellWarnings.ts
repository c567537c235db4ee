import { printable } from './printable';
import type { Session } from './session';

/** Writes warnings to standard error. */
export function tellWarnings({ err }: Session, warnings: readonly string[]): void {
  for (const warning of warnings) err.write(`perm-lmc: warning: ${printable(warning)}\n`);
}
