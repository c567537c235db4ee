/** What to call a value in an error. */
export function kindOf(value: unknown): string {
  return value === null ? 'null' : (value?.constructor?.name ?? typeof value);
}

/** Whether a value is a promise that somebody forgot to await. */
export function isPromise(value: unknown): boolean {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}
