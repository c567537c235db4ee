import { kindOf } from '../../checks';

/** A value of a configuration as JSON, for messages; its kind if it is nested too deep or in itself. */
export function inJson(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return kindOf(value);
  }
}
