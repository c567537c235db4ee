/**
 * Runs a script of a folder by its name; what follows the name goes to it.
 *
 *     npm run example quickstart
 *     npm run bench assignment
 */
import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const [folder, name = ''] = process.argv.slice(2);
const path = fileURLToPath(new URL(`../${folder}/`, import.meta.url));
if (/^[\w-]+$/.test(name) && existsSync(`${path}${name}.ts`)) {
  process.argv.splice(2, 2);
  try {
    await import(`${path}${name}.ts`);
  } catch (error) {
    // Uncaught, it would go through the handlers of tfjs-wasm, which print their own source instead.
    console.error(error);
    process.exit(1);
  }
} else {
  const names = readdirSync(path).flatMap((file) => /^([\w-]+)\.ts$/.exec(file)?.[1] ?? []);
  console.error(`${folder} has no '${name}'; there are: ${names.join(', ')}`);
  process.exitCode = 1;
}
