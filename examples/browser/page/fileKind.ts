/** The use of a file on the page. */
export type FileKind = 'network' | 'spec';

/** The kind of a file, from its name. Throws for a file that the page cannot read, with a remedy. */
export function fileKind(name: string): FileKind {
  if (/\.safetensors$/i.test(name)) return 'network';
  if (/\.safetensors\.index\.json$/i.test(name)) {
    throw new Error(
      `'${name}' is the index of a network in several files, which this page does not read. Use 'npx perm-lmc merge', or readSafetensors of perm-lmc/node.`,
    );
  }
  if (/\.json$/i.test(name)) return 'spec';
  const remedy = /\.(pt|pth|bin|ckpt|pkl)$/i.test(name)
    ? 'Save it again with save_file of the Python package safetensors.'
    : 'Networks are .safetensors files, specs are .json files.';
  throw new Error(`'${name}' cannot be read here. ${remedy}`);
}
