import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import * as permLmc from 'perm-lmc';
import * as permLmcNode from 'perm-lmc/node';
import ts from 'typescript';
import { afterAll, describe, expect, it } from 'vitest';
import { useBackend } from '../support/backend';

await useBackend('cpu');

const root = fileURLToPath(new URL('../../', import.meta.url));
const list = (folder: string, extension: string) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith(extension) && !file.startsWith('api/'))
    .map((file) => join(folder, file));
const pages = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...list('docs', '.md')];

interface Block {
  readonly where: string;
  readonly code: string;
}

/** The ts code blocks of a text, comment stars taken off; a block that continues runs after the one before. */
function codeBlocks(file: string): Block[] {
  const text = readFileSync(join(root, file), 'utf8');
  const blocks: Block[] = [];
  for (const match of text.matchAll(
    /(^[ \t]*\*?[ \t]*)```ts([^\n]*)\n([\s\S]*?)^[ \t]*\*?[ \t]*```/gm,
  )) {
    const line = text.slice(0, match.index).split('\n').length;
    const code = match[3].replace(/^[ \t]*\* ?/gm, (stars) =>
      match[1].includes('*') ? '' : stars,
    );
    const continued = match[2].includes('continued') ? `${blocks.at(-1)!.code}\n` : '';
    blocks.push({ where: `${file}:${line}`, code: continued + code });
  }
  return blocks;
}

const modules: Record<string, unknown> = {
  '@tensorflow/tfjs-core': tf,
  '@tensorflow/tfjs-backend-wasm': {},
  '@tensorflow/tfjs-backend-cpu': {},
  'perm-lmc': permLmc,
  'perm-lmc/node': permLmcNode,
};

/** Runs a block as a module: imports become look-ups, await is allowed at the top. */
async function run({ code }: Block): Promise<void> {
  const names = /import\s+(?:\*\s+as\s+(\w+)|(\{[^}]*\}))\s+from\s+'([^']+)';?/g;
  const body = code
    .replace(names, (_, star, braces, from) => {
      const bindings =
        star ?? braces.replace(/\btype\s+\w+,?/g, '').replace(/(\w+) as (\w+)/g, '$1: $2');
      return `const ${bindings} = __import('${from}');`;
    })
    .replace(/import\s+'([^']+)';?/g, "__import('$1');");
  const javascript = ts.transpile(`(async () => {${body}\n})()`, {
    target: ts.ScriptTarget.ES2022,
  });
  const load = (name: string) => {
    if (!Object.hasOwn(modules, name)) throw new Error(`a docs example imports '${name}'`);
    return modules[name];
  };
  await new Function('__import', `return ${javascript}`)(load);
}

const folder = mkdtempSync(join(tmpdir(), 'perm-lmc-docs-'));
const before = process.cwd();
process.chdir(folder);
afterAll(() => {
  process.chdir(before);
  rmSync(folder, { recursive: true });
});

const blocks = [...pages, ...list('src', '.ts')].flatMap(codeBlocks);

describe('code in the docs runs', () => {
  it('there is code to run in the README, the docs and the doc comments', () => {
    for (const place of ['README.md', 'docs/', 'src/']) {
      expect(
        blocks.some(({ where }) => where.startsWith(place)),
        place,
      ).toBe(true);
    }
  });

  it.each(blocks)('$where', async (block) => {
    await expect(run(block)).resolves.toBeUndefined();
  });
});

describe('links in the docs lead somewhere', () => {
  it.each(pages)('%s', (page) => {
    const text = readFileSync(join(root, page), 'utf8');
    for (const [, target] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^https?:/.test(target)) continue;
      const [path, anchor] = target.split('#');
      const file = path === '' ? page : relative(root, join(root, dirname(page), path));
      expect(existsSync(join(root, file)), `${page} links to ${target}`).toBe(true);
      if (anchor) {
        const headings = readFileSync(join(root, file), 'utf8').matchAll(/^#+ (.*)$/gm);
        const anchors = [...headings].map(([, heading]) =>
          heading
            .toLowerCase()
            .replace(/[^\p{L}\p{N} -]/gu, '')
            .replaceAll(' ', '-'),
        );
        expect(anchors, `${page} links to ${target}`).toContain(anchor);
      }
    }
  });
});
