import { endingOf, mergeCommand } from './mergeCommand';

/** The use of a file on the page. */
export type FileKind = 'safetensors' | 'onnx' | 'spec';

/**
 * The kind of a file, from its name. Throws for a file that the page cannot read, with a remedy.
 *
 * @param together - The names of all files that were chosen with it.
 */
export function fileKind(name: string, together: readonly string[]): FileKind {
  if (/\.safetensors$/i.test(name)) return 'safetensors';
  if (/\.onnx$/i.test(name)) return 'onnx';
  if (/\.json$/i.test(name) && !isIndex(name)) return 'spec';
  throw new Error(`'${name}' cannot be read here. ${remedyFor(name, together)}`);
}

/** True for the name of a file that holds a network. */
export function isNetwork(name: string): boolean {
  return /\.(safetensors|onnx)$/i.test(name);
}

/** The files among those chosen together that hold weights of an .onnx file: all that are no network and no spec. */
export function filesBesideOnnx(files: readonly File[]): File[] {
  if (!files.some(({ name }) => /\.onnx$/i.test(name))) return [];
  return files.filter(({ name }) => !/\.(onnx|safetensors|json)$/i.test(name));
}

function isIndex(name: string): boolean {
  return /\.index\.json$/i.test(name);
}

function remedyFor(name: string, together: readonly string[]): string {
  const alike = together.filter((each) => endingOf(each) === endingOf(name));
  const command = `use the command: ${mergeCommand(alike)}`;
  if (isIndex(name)) return `It is the index of a network in several files: ${command}`;
  if (/\.(pt|pth|bin|ckpt|pkl)$/i.test(name)) {
    return `Save it again with save_file of the Python package safetensors, or ${command}`;
  }
  if (/\.(npz|h5|hdf5|keras)$/i.test(name)) return `For this format, ${command}`;
  if (/\.data$/i.test(name)) {
    return 'If it holds weights of an .onnx file, choose or drop both files together.';
  }
  return 'Networks are .safetensors or .onnx files, specs are .json files.';
}
