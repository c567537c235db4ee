/** The use of a file on the page. */
export type FileKind = 'safetensors' | 'onnx' | 'spec';

/** The kind of a file, from its name. Throws for a file that the page cannot read, with a remedy. */
export function fileKind(name: string): FileKind {
  if (/\.safetensors$/i.test(name)) return 'safetensors';
  if (/\.onnx$/i.test(name)) return 'onnx';
  if (/\.safetensors\.index\.json$/i.test(name)) {
    throw new Error(
      `'${name}' is the index of a network in several files, which this page does not read. Use 'npx perm-lmc merge', or readSafetensors of perm-lmc/node.`,
    );
  }
  if (/\.json$/i.test(name)) return 'spec';
  throw new Error(`'${name}' cannot be read here. ${remedyFor(name)}`);
}

/** The files among those chosen together that hold weights of an .onnx file: all that are no network and no spec. */
export function filesBesideOnnx(files: readonly File[]): File[] {
  if (!files.some(({ name }) => /\.onnx$/i.test(name))) return [];
  return files.filter(({ name }) => !/\.(onnx|safetensors|json)$/i.test(name));
}

function remedyFor(name: string): string {
  if (/\.(pt|pth|bin|ckpt|pkl)$/i.test(name)) {
    return 'Save it again with save_file of the Python package safetensors, or export the model as .onnx.';
  }
  if (/\.data$/i.test(name)) {
    return 'If it holds weights of an .onnx file, choose or drop both files together.';
  }
  return 'Networks are .safetensors or .onnx files, specs are .json files.';
}
