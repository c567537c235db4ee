/**
 * Runs a script of a folder by its name, with the arguments after the name. Without a name it lists the
 * scripts, as `--list` does. With `--all` (benchmarks) it then runs them one after another, each in a
 * process of its own, so that none inherits the memory and the compiled code of another.
 *
 *     npm run example quickstart
 *     npm run bench assignment
 *     npm run bench
 *     npm run bench -- --list
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const all = process.argv[2] === '--all';
if (all) process.argv.splice(2, 1);
const [folder, name = ''] = process.argv.slice(2);
const path = fileURLToPath(new URL(`../${folder}/`, import.meta.url));
const names = readdirSync(path).flatMap((file) => /^([\w-]+)\.ts$/.exec(file)?.[1] ?? []);

if (/^[\w-]+$/.test(name) && existsSync(`${path}${name}.ts`)) await runHere();
else if (name === '--list') console.log(names.join('\n'));
else if (all && name === '') process.exitCode = names.filter(failsInOwnProcess).length > 0 ? 1 : 0;
else {
  console.error(`${folder} has no '${name}'; there are: ${names.join(', ')}`);
  process.exitCode = 1;
}

async function runHere(): Promise<void> {
  process.argv.splice(2, 2);
  try {
    await import(`${path}${name}.ts`);
  } catch (error) {
    // Uncaught, it would reach the handlers of tfjs-wasm, which print their own source instead.
    console.error(error);
    process.exit(1);
  }
}

function failsInOwnProcess(name: string): boolean {
  console.log(`\n## ${name}\n`);
  const again = [...process.execArgv, fileURLToPath(import.meta.url), folder, name];
  const { status } = spawnSync(process.execPath, again, { stdio: 'inherit' });
  if (status !== 0) console.error(`${folder}: ${name} failed`);
  return status !== 0;
}
