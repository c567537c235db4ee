/**
 * The paper's findings in its own setting: VGG-16 and ResNet-20 with layer normalisation on CIFAR-10.
 *
 *     npm run paper cifar NAME [-- --quick]      without a name: a list of the studies
 */
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('./cifar/', import.meta.url));
const names = readdirSync(folder).flatMap((file) => /^([\w-]+)\.ts$/.exec(file)?.[1] ?? []);
const [name] = process.argv.splice(2, 1);
if (names.includes(name)) await import(`${folder}${name}.ts`);
else {
  console.error(`npm run paper cifar NAME; the studies are ${names.join(', ')}`);
  process.exitCode = 1;
}
