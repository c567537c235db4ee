/**
 * Writes the lists of operators in docs/onnx.md anew, from src/onnx/operators. The lists are held by
 * test/onnx/operators/operators.test.ts.
 *
 *     npx tsx scripts/onnxOperators.ts && npx prettier --write docs/onnx.md
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { operators } from '../src/onnx/operators/operators';
import { refusedOperators } from '../src/onnx/operators/refusedOperators';

const path = (name: string) => new URL(`../${name}`, import.meta.url);
const page = readFileSync(path('docs/onnx.md'), 'utf8');
const start = page.indexOf('## Operators');
const withTable = replaceBlock(page, '| family', [
  '| family | operators |',
  '| --- | --- |',
  ...(await families()),
]);
writeFileSync(path('docs/onnx.md'), replaceBlock(withTable, '- ', refused()));

/** A row for each folder of operators. */
async function families(): Promise<string[]> {
  const source = readFileSync(path('src/onnx/operators/operators.ts'), 'utf8');
  const names = new Map<string, string[]>();
  for (const [, table, folder, file] of source.matchAll(
    /^import \{ (\w+) \} from '\.\/(\w+)\/(\w+)';$/gm,
  )) {
    const module = await import(path(`src/onnx/operators/${folder}/${file}.ts`).href);
    names.set(folder, [...(names.get(folder) ?? []), ...Object.keys(module[table])]);
  }
  return [...names].map(([folder, ops]) => `| ${folder} | ${listed(ops.sort())} |`);
}

/** An item for each remedy. */
function refused(): string[] {
  const byRemedy = new Map<string, string[]>();
  for (const [name, remedy] of Object.entries(refusedOperators)) {
    if (Object.hasOwn(operators, name)) continue;
    byRemedy.set(remedy, [...(byRemedy.get(remedy) ?? []), name]);
  }
  return [...byRemedy].map(([remedy, names]) => `- ${remedy}: ${listed(names)}.`);
}

function listed(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(', ');
}

/** The text with other lines in place of the first block below the heading that begins so. */
function replaceBlock(text: string, beginning: string, lines: readonly string[]): string {
  const begin = text.indexOf(`\n${beginning}`, start) + 1;
  return text.slice(0, begin) + lines.join('\n') + text.slice(text.indexOf('\n\n', begin));
}
