import type { PrefixMapping } from '../params';

/** The flag of the command for each option of the library that errors name. */
export const FLAGS = {
  anyWeights: '--any-weights',
  batchSize: '--batch-size',
  count: '--threads',
  embeddings: '--embeddings',
  include: '--include-statistics',
  initial: '--initial',
  inputShape: '--input-shape',
  keepStatistics: '--keep-statistics',
  kernel: '--kernel',
  key: '--key',
  maxSweeps: '--max-sweeps',
  memory: '--memory',
  method: '--method',
  order: '--order',
  overwrite: '--force',
  permutations: '--permutations',
  points: '--points',
  renamePrefix: '--rename-prefix',
  restarts: '--restarts',
  scale: '--scale',
  search: '--search',
  seed: '--seed',
  start: '--start',
  statistics: '--statistics',
  state: '--resume',
  steps: '--steps',
  threads: '--threads',
  unlisted: '--allow-unlisted',
  values: '--values',
  weights: '--weights',
} as const;

/** The words of the command for each function of the library that remedies name. */
const FUNCTIONS: Readonly<Record<string, string>> = {
  classificationEvaluator: '--loss crossEntropy',
  identityPermutations: 'the list 0, 1, 2, … of its units',
  serializePermutations: "'perm-lmc align'",
  serializeSpec: "'perm-lmc spec'",
};

/** A remedy of the library in the words of the command: flags for options, commands for functions. */
export function inFlags(remedy: string): string {
  return remedy
    .replace(PASSED, (text, option: string, value: string) => withValue(option, value) ?? text)
    .replace("pass unshared: 'first'", 'leave out --strict')
    .replace(CALLED, (_, name: string) => FUNCTIONS[name])
    .replace(/\binputShape\b/g, FLAGS.inputShape)
    .replace(OF_CODE, '');
}

/** A problem of the library in the words of the command: it begins with the flag where it begins with the option. */
export function problemInFlags(problem: string, option = ''): string {
  return Object.hasOwn(FLAGS, option) && problem.startsWith(`${option} `)
    ? FLAGS[option as keyof typeof FLAGS] + problem.slice(option.length)
    : problem;
}

/** The flag for an option with its value; undefined if there is none. */
function withValue(option: string, value: string): string | undefined {
  if (!Object.hasOwn(FLAGS, option)) return undefined;
  const flag = FLAGS[option as keyof typeof FLAGS];
  const [, word, number] = /^(?:'([^']+)'|(\d+))$/.exec(value) ?? [];
  const own = word ?? number;
  return own === undefined || option === 'unlisted' ? flag : `${flag} ${own}`;
}

/** The flag that renames a prefix, quoted for a shell if it has to be. */
export function prefixFlag({ from, to }: PrefixMapping): string {
  const value = `${from}=${to}`;
  const isPlain = /^[\w./=:-]+$/.test(value);
  return `${FLAGS.renamePrefix} ${isPlain ? value : `'${value.replaceAll("'", `'\\''`)}'`}`;
}

/** A part of a remedy that the command has no flag for. */
const OF_CODE = ', or pass outputs, the names of values before it';

/** An option with its value: `overwrite: true`, `{ unlisted: 'fixed' }`. */
const PASSED = /(?:\{ )?\b(\w+): (true|\d+|'[^']*'|\{[^}]*\})(?: \})?/g;

/** A function, with or without arguments: `serializeSpec`, `identityPermutations(spec, params)`. */
const CALLED = new RegExp(`\\b(${Object.keys(FUNCTIONS).join('|')})\\b(?:\\([^)]*\\))?`, 'g');
