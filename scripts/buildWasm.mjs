/**
 * Compiles the AssemblyScript in assembly/ to WebAssembly and writes each module, as text, into a file of
 * src or examples. `npm run build` runs it, and vitest where a file is missing or out of date.
 */
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import asc from 'assemblyscript/asc';
import { textOfBytes } from './wasmText.mjs';

const root = fileURLToPath(new URL('../', import.meta.url));
const modules = [
  {
    source: 'assembly/assignment/augmentOnCandidates.ts',
    target: 'src/assignment/assignmentWasm.generated.ts',
    name: 'assignmentWasm',
  },
  {
    source: 'assembly/panels.ts',
    target: 'src/matching/products/panelsWasm.generated.ts',
    name: 'panelsWasm',
  },
  {
    source: 'assembly/sortRows.ts',
    target: 'src/matching/weights/signatures/sortRowsWasm.generated.ts',
    name: 'sortRowsWasm',
  },
  {
    source: 'assembly/training/training.ts',
    target: 'examples/support/training/wasm/trainingWasm.generated.ts',
    name: 'trainingWasm',
    base64: true,
  },
];

/** Compiles a module and writes it; returns its size in bytes. */
async function build({ source, target, name, base64 = false }) {
  let binary;
  const { error, stderr } = await asc.main(
    [
      source,
      ...['--outFile', 'module.wasm', '--baseDir', root],
      ...['--optimizeLevel', '3', '--shrinkLevel', '0', '--converge', '--noAssert'],
      ...['--runtime', 'stub', '--enable', 'simd', '--use', 'abort='],
    ],
    {
      writeFile: (path, contents) => {
        if (path.endsWith('.wasm')) binary = contents;
      },
    },
  );
  if (error) throw new Error(`${source} does not compile\n${stderr}`, { cause: error });
  const imports = WebAssembly.Module.imports(new WebAssembly.Module(binary));
  if (imports.length > 0) throw new Error(`${source} asks for imports: ${JSON.stringify(imports)}`);
  const text = JSON.stringify(
    base64 ? Buffer.from(binary).toString('base64') : textOfBytes(binary),
  );
  writeFileSync(
    `${root}${target}`,
    `/** Generated from ${source} by scripts/buildWasm.mjs. */\nexport const ${name} =\n  ${text};\n`,
  );
  return binary.length;
}

/** Called by vitest before all tests: builds a target that is missing or out of date. */
export async function setup() {
  const sources = readdirSync(`${root}assembly`, { recursive: true })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `assembly/${name}`);
  const changed = [...sources, 'scripts/buildWasm.mjs', 'scripts/wasmText.mjs'].map(
    (path) => statSync(`${root}${path}`).mtimeMs,
  );
  for (const module of modules) {
    const target = `${root}${module.target}`;
    const built = existsSync(target) ? statSync(target).mtimeMs : 0;
    if (built < Math.max(...changed)) await build(module);
  }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  for (const module of modules) {
    console.log(`${module.target}: ${await build(module)} bytes of WebAssembly`);
  }
}
