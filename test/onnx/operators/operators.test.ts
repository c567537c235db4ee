import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { operators } from '../../../src/onnx/operators/operators';
import { refusedOperators } from '../../../src/onnx/operators/refusedOperators';

const read = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
const section = /^## Operators$([\s\S]*?)(?=^## |$(?![\s\S]))/m.exec(read('docs/onnx.md'))![1];
const codes = (text: string) => [...text.matchAll(/`([^`]+)`/g)].map(([, code]) => code);

/** The cells of a table, by the head of its first column. */
function rowsOf(head: string): string[][] {
  const table = new RegExp(`^\\| ${head} +\\|.*\\n\\|.*\\n((?:\\|.*\\n)*)`, 'm').exec(section)![1];
  return [...table.matchAll(/^\| (.*?) +\| (.*?) +\|$/gm)].map(([, ...cells]) => cells);
}

/** The operators by the folder that they are in. */
async function families(): Promise<Record<string, string[]>> {
  const found: Record<string, string[]> = {};
  const imports = read('src/onnx/operators/operators.ts').matchAll(
    /^import \{ (\w+) \} from '\.\/(\w+)\/(\w+)';$/gm,
  );
  for (const [, name, folder, file] of imports) {
    const module = await import(`../../../src/onnx/operators/${folder}/${file}.ts`);
    found[folder] = [...(found[folder] ?? []), ...Object.keys(module[name])].sort();
  }
  return found;
}

describe('the table of operators in docs/onnx.md', () => {
  it('lists the supported operators by family, and no others', async () => {
    const expected = await families();
    expect(Object.values(expected).flat().sort()).toEqual(Object.keys(operators).sort());
    const rows = rowsOf('family').map(([family, cell]) => [family, codes(cell)]);
    expect(Object.fromEntries(rows)).toEqual(expected);
  });

  it('is followed by the operators that are refused, with their remedies', () => {
    const rows = rowsOf('operator').flatMap(([cell, remedy]) =>
      codes(cell).map((name) => [name, remedy]),
    );
    expect(Object.fromEntries(rows)).toEqual(refusedOperators);
  });
});
