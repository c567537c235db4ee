import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { operators } from '../../../src/onnx/operators/operators';
import { refusedOperators } from '../../../src/onnx/operators/refusedOperators';

const read = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
const section = /^## Operators$([\s\S]*?)(?=^## |$(?![\s\S]))/m.exec(read('docs/onnx.md'))![1];
const codes = (text: string) => [...text.matchAll(/`([^`]+)`/g)].map(([, code]) => code);

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
    const rows = [...section.matchAll(/^\| (\w+) +\| (`.*`) +\|$/gm)].map(([, family, cell]) => [
      family,
      codes(cell),
    ]);
    expect(Object.fromEntries(rows)).toEqual(expected);
  });

  it('is followed by the operators that are refused, with their remedies', () => {
    const items = [...section.matchAll(/^- ([^`]+): (.*)\.$/gm)].flatMap(([, remedy, names]) =>
      codes(names).map((name) => [name, remedy]),
    );
    const refused = Object.entries(refusedOperators).filter(
      ([name]) => !Object.hasOwn(operators, name),
    );
    expect(Object.fromEntries(items)).toEqual(Object.fromEntries(refused));
  });
});
