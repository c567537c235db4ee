import type { Patterns } from '../presets/layout';

/** The patterns as those of parameters that a network may lack. */
export function optionalPatterns(patterns: Patterns): Patterns {
  const entries = Object.entries(patterns);
  return Object.fromEntries(
    entries.map(([name, pattern]) => [name, pattern.startsWith('?') ? pattern : `? ${pattern}`]),
  );
}
