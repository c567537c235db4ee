/** Runs an example by its name: `npm run example quickstart`; what follows the name goes to it. */
import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('.', import.meta.url));
const name = process.argv[2] ?? '';
if (/^[\w-]+$/.test(name) && name !== 'run' && existsSync(`${folder}${name}.ts`)) {
  process.argv.splice(2, 1);
  await import(`./${name}.ts`);
} else {
  const names = readdirSync(folder).filter((file) => file.endsWith('.ts') && file !== 'run.ts');
  console.error(
    `no example '${name}'; there are: ${names.map((file) => file.slice(0, -3)).join(', ')}`,
  );
  process.exitCode = 1;
}
