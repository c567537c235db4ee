import type { Session } from './session';

/** Writes warnings to standard error. */
export function tellWarnings({ err }: Session, warnings: readonly string[]): void {
  err.show(warnings.map((warning) => `perm-lmc: warning: ${warning}`));
}
