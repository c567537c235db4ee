import type { Patterns } from './presets/layout';

/** The patterns as those of parameters that a network may lack. */
export function optional(patterns: Patterns): Patterns {
  return Object.fromEntries(
    Object.entries(patterns).map(([name, pattern]) => [
      name,
      pattern.startsWith('?') ? pattern : `? ${pattern}`,
    ]),
  );
}
