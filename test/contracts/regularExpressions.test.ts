import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const source = fileURLToPath(new URL('../../src/', import.meta.url));

/** Expressions for texts of the library itself, which are short. */
const ofOwnTexts = ['plots/writtenOut.ts', 'cli/flags.ts'];

/** The regular expressions of a file. */
function expressionsIn(file: string): RegExp[] {
  const text = readFileSync(source + file, 'utf8');
  const found: RegExp[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isRegularExpressionLiteral(node)) {
      const end = node.text.lastIndexOf('/');
      found.push(new RegExp(node.text.slice(1, end), node.text.slice(end + 1)));
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, text, ts.ScriptTarget.Latest));
  return found;
}

const LENGTH = 100_000;

/** Long texts of what an expression looks for, and of what others do, with ends that may not match. */
function hostileTexts({ source: pattern }: RegExp): string[] {
  const own = pattern.match(/[A-Za-z]{2,}/g) ?? [];
  const words = [
    'a',
    'A',
    '1',
    '.',
    '/',
    ' ',
    '_',
    ':',
    '\\',
    '"',
    '(',
    '1,',
    'a.',
    '1.',
    'a_1',
    ...own,
  ];
  return [...new Set(words)].flatMap((word) =>
    ['', '!', '/x', '.x.'].map((end) => word.repeat(LENGTH / word.length) + end),
  );
}

/** The time in milliseconds, the lesser of two runs if it is long: another process may have had the processor. */
function timeOf(expression: RegExp, text: string): number {
  const run = () => {
    const start = performance.now();
    text.replace(expression, '');
    return performance.now() - start;
  };
  const first = run();
  return first < 500 ? first : Math.min(first, run());
}

const files = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter((file) => /(?<!\.generated|\.d)\.ts$/.test(file) && !ofOwnTexts.includes(file))
  .map((file) => ({ file, expressions: expressionsIn(file) }))
  .filter(({ expressions }) => expressions.length > 0);

describe('regular expressions take time in proportion to the text', () => {
  it('finds the expressions of the source', () => {
    expect(files.length).toBeGreaterThan(30);
  });

  it.each(files)('$file', ({ expressions }) => {
    for (const expression of expressions) {
      for (const text of hostileTexts(expression)) {
        const start = `${text.slice(0, 10)} … ${text.slice(-3)}`;
        expect(timeOf(expression, text), `${expression} on ${start}`).toBeLessThan(500);
      }
    }
  });
});
