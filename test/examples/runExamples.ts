/**
 * Runs the examples of the given names in quick mode, on the built package, and prints what each has printed, as JSON.
 * One process runs them all: to start one takes longer than most of them.
 */
import { format, inspect } from 'node:util';

const names = process.argv.splice(2, Number.POSITIVE_INFINITY, '--quick');
const printed: Record<string, string> = {};
const { log } = console;
for (const name of names) {
  const lines: string[] = [];
  console.log = (...values) => lines.push(format(...values));
  await import(`../../examples/${name}.ts`).catch((error) => lines.push(inspect(error)));
  printed[name] = lines.join('\n');
}
log(JSON.stringify(printed));
