/** What a file is to the page, by its name. */
export type FileKind = 'network' | 'spec';

/** Throws for a file that the page cannot read, with what could be done about it. */
export function fileKind(name: string): FileKind {
  if (/\.safetensors$/i.test(name)) return 'network';
  if (/\.safetensors\.index\.json$/i.test(name)) {
    throw new Error(
      `'${name}' is the index of a network in several files, which the page does not read. readSafetensors of perm-lmc/node does.`,
    );
  }
  if (/\.json$/i.test(name)) return 'spec';
  const remedy = /\.(pt|pth|bin|ckpt|pkl)$/i.test(name)
    ? 'Write it again with save_file of the Python package safetensors.'
    : 'Networks are .safetensors, a spec is .json.';
  throw new Error(`'${name}' cannot be read here. ${remedy}`);
}
