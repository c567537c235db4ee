/** The option of a command line for each option of the library: errors name the former. */
export const FLAGS = {
  anyWeights: '--any-weights',
  include: '--include-statistics',
  initial: '--initial',
  kernel: '--kernel',
  maxSweeps: '--max-sweeps',
  memory: '--memory',
  order: '--order',
  overwrite: '--force',
  permutations: '--permutations',
  renamePrefix: '--rename-prefix',
  restarts: '--restarts',
  seed: '--seed',
  threads: '--threads',
  unlisted: '--allow-unlisted',
  values: '--values',
  weights: '--weights',
} as const;

/** A remedy of the library with its options in the words of a command line. */
export function inFlags(remedy: string): string {
  return remedy.replace(PASSED, (text, option: string) =>
    Object.hasOwn(FLAGS, option) ? FLAGS[option as keyof typeof FLAGS] : text,
  );
}

/** An option with the value to pass: `overwrite: true`, `{ unlisted: 'fixed' }`. */
const PASSED = /(?:\{ )?\b(\w+): (?:true|\d+|'[^']*'|\{[^}]*\})(?: \})?/g;
