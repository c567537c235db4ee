/**
 * Compiles assembly/assignment.ts (AssemblyScript) to WebAssembly and writes it, as base64, to
 * src/assignment/assignmentWasm.generated.ts. `npm run build` does it, and vitest where the file is
 * missing or out of date.
 */
import { existsSync, statSync, writeFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import asc from 'assemblyscript/asc';

const root = fileURLToPath(new URL('../', import.meta.url));
const source = 'assembly/assignment.ts';
const target = 'src/assignment/assignmentWasm.generated.ts';

/** Compiles and writes; returns the module's size in bytes. */
export async function buildWasm() {
  let binary;
  const { error, stderr } = await asc.main(
    [
      source,
      ...['--outFile', 'assignment.wasm', '--baseDir', root],
      ...['--optimizeLevel', '3', '--shrinkLevel', '0', '--converge', '--noAssert'],
      ...['--runtime', 'stub', '--enable', 'simd', '--use', 'abort='],
    ],
    {
      writeFile: (name, contents) => {
        if (name.endsWith('.wasm')) binary = contents;
      },
    },
  );
  if (error) throw new Error(`${source} does not compile\n${stderr}`, { cause: error });
  const imports = WebAssembly.Module.imports(new WebAssembly.Module(binary));
  if (imports.length > 0) throw new Error(`${source} asks for imports: ${JSON.stringify(imports)}`);
  const base64 = Buffer.from(binary).toString('base64');
  writeFileSync(
    `${root}${target}`,
    `/** Generated from ${source} by scripts/buildWasm.mjs. */\nexport const assignmentWasm =\n  '${base64}';\n`,
  );
  return binary.length;
}

/** What vitest calls before all tests: builds where the target is missing or out of date. */
export async function setup() {
  const built = existsSync(`${root}${target}`) ? statSync(`${root}${target}`).mtimeMs : 0;
  const made = [source, 'scripts/buildWasm.mjs'].map((path) => statSync(`${root}${path}`).mtimeMs);
  if (built < Math.max(...made)) await buildWasm();
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  console.log(`${target}: ${await buildWasm()} bytes of WebAssembly`);
}
