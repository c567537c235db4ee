import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cruise, type ICruiseOptions, type ICruiseResult } from 'dependency-cruiser';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import rules, { rooms } from '../../.dependency-cruiser.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const src = join(root, 'src');
const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter(
  (file) => file.endsWith('.ts') && !file.endsWith('.d.ts'),
);
const codeOf = (file: string) =>
  readFileSync(join(src, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');

/** The findings of dependency-cruiser in the folder `src` of `baseDir`. */
async function violationsIn(baseDir: string): Promise<ICruiseResult['summary']> {
  const { tsConfig, enhancedResolveOptions, ...options } = rules.options;
  const { output } = await cruise(
    ['src'],
    {
      ...options,
      validate: true,
      ruleSet: { forbidden: rules.forbidden },
      baseDir,
    } as ICruiseOptions,
    enhancedResolveOptions,
  );
  return (output as ICruiseResult).summary;
}

describe('the house', () => {
  it('keeps its rules: directions, doors, packages, no cycles', async () => {
    const { violations, totalCruised } = await violationsIn(root);
    expect(violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`)).toEqual([]);
    expect(totalCruised).toBeGreaterThan(300);
  });

  it('has a door in every room, and no other rooms', () => {
    const found = readdirSync(src, { withFileTypes: true }).filter((each) => each.isDirectory());
    expect(found.map(({ name }) => name).sort()).toEqual([...rooms].sort());
    for (const room of rooms)
      expect(files, room).toContain(room === 'cli' ? 'cli/main.ts' : `${room}/index.ts`);
  });

  it('has nothing at the root but the public list, errors, checks and plain text', () => {
    const loose = files.filter((file) => !file.includes('/'));
    expect(['checks.ts', 'errors.ts', 'index.ts', 'plainText.ts']).toEqual(
      expect.arrayContaining(loose),
    );
  });

  /** Files that hold several small things of one kind, none of which is the file's. */
  const collections = [
    'checks.ts', // Checks of arguments.
    'errors.ts',
    'cli/main.ts', // The program itself.
    'cli/values.ts', // Readers of a flag's value, one for each type.
    'connectivity/reports.ts', // Types alone.
    'node/matchThread.ts', // The program of a thread.
    'params/indexing.ts',
    'onnx/wire/bufbuild.ts', // The reader of protobuf's wire format.
    'plots/d3.ts', // The functions of d3 that figures use.
    'plots/drawAxes.ts', // drawX and drawY.
  ];

  it('names a file after what it exports', () => {
    const named = files.filter(
      (file) =>
        !/(^|\/)(index|internal)\.ts$|\.generated\.ts$|^tracing\/labels\/rules\//.test(file),
    );
    const wrong = named.filter((file) => {
      const exported = [
        ...codeOf(file).matchAll(
          /^export (?:async )?(?:function\*?|const|class|interface|type) (\w+)/gm,
        ),
      ].map(([, name]) => name.toLowerCase());
      return !exported.includes(basename(file, '.ts').toLowerCase());
    });
    expect(wrong.sort()).toEqual(collections.sort());
  });

  it('reads the values of tensors in one place', () => {
    const reading = files.filter((file) =>
      /\.(data|bytes|array|buffer)(<[^>]*>)?\(\)/.test(codeOf(file)),
    );
    expect(reading).toEqual(['runtime/read.ts']);
  });

  it('never prints, reads synchronously, draws unseeded numbers or touches the backend', () => {
    const forbidden =
      /console\.|dataSync|arraySync|Math\.random|setBackend|registerBackend|process\.stdout/;
    // The program asks its streams for the size of the terminal in one file.
    // The command brings its backend, and sets it in one file.
    const program = ['cli/startThread.ts', 'cli/startBackend.ts'];
    for (const file of files.filter((each) => !program.includes(each))) {
      expect(forbidden.exec(codeOf(file))?.[0], file).toBeUndefined();
    }
  });
});

describe('the rules of the house refuse', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'perm-lmc-house-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  /** A house of these files, each the text of a module. */
  async function brokenRules(modules: Readonly<Record<string, string>>): Promise<string[]> {
    const house = mkdtempSync(join(folder, 'house-'));
    for (const [file, text] of Object.entries(modules)) {
      mkdirSync(dirname(join(house, file)), { recursive: true });
      writeFileSync(join(house, file), text);
    }
    const { violations } = await violationsIn(house);
    return [...new Set(violations.map(({ rule }) => rule.name))].filter(
      (name) => name !== 'resolvable',
    );
  }
  const door = { 'src/params/index.ts': 'export const a = 1;\n' };

  it.each<[claim: string, rule: string | null, modules: Record<string, string>]>([
    [
      'nothing in an import through a door',
      null,
      { ...door, 'src/io/x.ts': "import { a } from '../params';\na;" },
    ],
    [
      'an import past a door',
      'door',
      {
        'src/params/a.ts': 'export const a = 1;',
        'src/io/x.ts': "import { a } from '../params/a';\na;",
      },
    ],
    [
      'a type past a door',
      'door',
      {
        'src/params/a.ts': 'export type A = 1;',
        'src/io/x.ts': "import type { A } from '../params/a';\nexport type B = A;",
      },
    ],
    [
      'an import against the direction',
      'direction-params',
      {
        'src/io/index.ts': 'export const a = 1;',
        'src/params/x.ts': "import { a } from '../io';\na;",
      },
    ],
    [
      'a file that imports its own door',
      'own-door',
      { ...door, 'src/params/x.ts': "import { a } from './index';\na;" },
    ],
    [
      'a public name that is on no door',
      'public-doors',
      {
        'src/params/a.ts': 'export const a = 1;',
        'src/index.ts': "export { a } from './params/a';",
      },
    ],
    [
      'an unknown room',
      'known-room',
      {
        'src/utils/index.ts': 'export const a = 1;',
        'src/cli/x.ts': "import { a } from '../utils';\na;",
      },
    ],
    [
      'a cycle',
      'no-circular',
      {
        'src/io/x.ts': "import { y } from './y';\nexport const x = y;",
        'src/io/y.ts': "import { x } from './x';\nexport const y = x;",
      },
    ],
    [
      'a module of Node in the core',
      'package-node-cli',
      { 'src/io/x.ts': "import { readFileSync } from 'node:fs';\nreadFileSync;" },
    ],
    [
      "the command's backend before it is needed",
      'backend-when-needed',
      {
        'src/cli/startBackend.ts': 'export const start = 1;',
        'src/cli/x.ts': "import { start } from './startBackend';\nstart;",
      },
    ],
    [
      "nothing in the command's backend when it is needed",
      null,
      {
        'src/cli/startBackend.ts': 'export const start = 1;',
        'src/cli/x.ts': "export const x = () => import('./startBackend');",
      },
    ],
  ])('%s', async (_, rule, modules) => {
    expect(await brokenRules(modules)).toEqual(rule === null ? [] : [rule]);
  });
});
