/**
 * The line that merges these networks on the command line. A second one that is not chosen yet has a placeholder.
 * Without the file of a spec, the command finds the spec itself.
 */
export function mergeCommand(networks: readonly string[], specFile: string | null = null): string {
  const [a, b = `other${endingOf(a)}`] = networks;
  const isOnnx = /\.onnx$/i.test(a);
  const paths = [a, b].map((name) => (name.startsWith('-') ? `./${name}` : name));
  const spec = specFile === null || isOnnx ? [] : ['--spec', specFile];
  const merged = isOnnx ? 'merged.onnx' : 'merged.safetensors';
  return ['npx', 'perm-lmc', 'merge', ...paths, ...spec, '-o', merged].map(quoted).join(' ');
}

/** The ending of a file name, such as `.pt`. That of an index belongs to its format. */
export function endingOf(name: string): string {
  return /(\.safetensors\.index)?\.\w+$/.exec(name)?.[0] ?? '';
}

/** A word as a shell reads it. */
function quoted(word: string): string {
  if (/^[\w./@%+=:,-]+$/.test(word)) return word;
  return `'${word.replaceAll("'", "'\\''")}'`;
}
