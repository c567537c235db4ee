import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

/** The functions that open files, or wait for one. */
const OPENING =
  /^(open|openSync|openAsBlob|readFile|readFileSync|writeFile|writeFileSync|appendFile\w*|copyFile\w*|cp|cpSync|createReadStream|createWriteStream|mkdtemp\w*|promises|default)$/;

/** The modules that may open files, by what they call. Others use `openFile`, `writeWhole` and `withTemporaryFolder`. */
const MODULES: Readonly<Record<string, readonly string[]>> = {
  'src/node/openFile.ts': ['open'],
  'src/node/writeWhole.ts': ['open'],
  'src/node/putInPlace.ts': ['openSync'],
  'src/node/checkpoints/withScratchFile.ts': ['open'],
  'src/node/state/replaceFile.ts': ['openSync', 'writeFileSync'],
};

function sources(): string[] {
  const names = readdirSync('src', { recursive: true, encoding: 'utf8' });
  return names.filter((name) => name.endsWith('.ts')).map((name) => `src/${name}`);
}

it('files are opened in few modules', () => {
  const found: Record<string, string[]> = {};
  for (const path of sources()) {
    const imports = readFileSync(path, 'utf8').matchAll(
      /import ([^;]+?) from '(?:node:)?fs(?:\/promises)?'/g,
    );
    for (const [, names] of imports) {
      const own = names.split(/[{},\s]+/).filter((name) => OPENING.test(name) || name === '*');
      if (own.length > 0) found[path.replaceAll('\\', '/')] = [...(found[path] ?? []), ...own];
    }
  }
  expect(found).toEqual(MODULES);
});
