/** A kind of file that is not safetensors, with a remedy. */
export interface ForeignFormat {
  /** A noun phrase, such as `a zip archive`. */
  readonly kind: string;
  readonly remedy: string;
}

/** The number of bytes at the start of a file that {@link foreignFormat} looks at. */
export const START_BYTES = 512;

/** The kind of a file that is not safetensors, from its first bytes; null if it is not recognised. */
export function foreignFormat(start: Uint8Array): ForeignFormat | null {
  // TextDecoder's latin1 is Windows-1252, which maps 0x80 to 0x9f to other characters.
  const text = String.fromCharCode(...start.subarray(0, START_BYTES));
  return FORMATS.find(({ isBegun }) => isBegun(text)) ?? plainText(text);
}

const PICKLED =
  "If torch.save wrote it, give it a name that ends in '.pt' and pass it to readCheckpoint or the command; or save its tensors with safetensors.torch's save_file";
const UNPACK = 'Unpack it, and pass the checkpoint inside';

/** True if the start of a file, read as Latin-1, is that of a format. */
type IsBegun = (text: string) => boolean;

const like =
  (pattern: RegExp): IsBegun =>
  (text) =>
    pattern.test(text);

const magic =
  (...starts: readonly string[]): IsBegun =>
  (text) =>
    starts.some((start) => text.startsWith(start));

const FORMATS: readonly (ForeignFormat & { readonly isBegun: IsBegun })[] = [
  {
    isBegun: magic('version https://git-lfs'),
    kind: 'a Git LFS pointer, which stands in for the file',
    remedy: "Fetch the file itself with 'git lfs pull'",
  },
  {
    isBegun: like(/^\s*<(!doctype html|html|head|body|!--)/i),
    kind: 'an HTML page',
    remedy:
      'Download the file itself: the address may need a login, or it may be the address of a page about the file',
  },
  {
    isBegun: like(/^(?:\xef\xbb\xbf)?\s*<\?xml/),
    kind: 'an XML document, such as the error message of a server',
    remedy: 'Look inside for the reason, and download the file again',
  },
  {
    isBegun: like(/^\s*\{\s*"(weight_map"|metadata"\s*:\s*\{\s*"total_)/),
    kind: 'the index of a sharded checkpoint',
    remedy: "Give it a name that ends in '.json', next to its shards",
  },
  {
    isBegun: like(/^\s*(\{\s*["}]|\[\s*["{\d[\]-])/),
    kind: 'JSON text',
    remedy: "Pass a safetensors file, or an index whose name ends in '.json'",
  },
  {
    isBegun: magic('PK\x03\x04', 'PK\x05\x06'),
    kind: 'a zip archive, as written by torch.save or Keras',
    remedy: PICKLED,
  },
  { isBegun: magic('\x1f\x8b\x08'), kind: 'a gzip file', remedy: UNPACK },
  {
    isBegun: magic('\xfd7zXZ\0', 'BZh', '\x28\xb5\x2f\xfd', '7z\xbc\xaf'),
    kind: 'a compressed file',
    remedy: UNPACK,
  },
  { isBegun: (text) => text.startsWith('ustar', 257), kind: 'a tar archive', remedy: UNPACK },
  {
    isBegun: (text) =>
      magic('\x80\x02', '\x80\x03', '\x80\x04', '\x80\x05')(text) && text[2] !== '\0',
    kind: 'a Python pickle, as written by old versions of torch.save',
    remedy: PICKLED,
  },
  {
    // A version, and then the producer, the graph or the operators.
    isBegun: (text) =>
      text[0] === '\b' && text[1] < '@' && '\x12:B'.includes(text[2]) && text[8] !== '{',
    kind: 'an ONNX model',
    remedy: 'Read it with onnxParams of perm-lmc/onnx, or save its weights in safetensors',
  },
  { isBegun: magic('GGUF'), kind: 'a GGUF file', remedy: 'Fetch the checkpoint in safetensors' },
  {
    isBegun: magic('\x89HDF\r\n'),
    kind: 'an HDF5 file, as written by Keras',
    remedy:
      "Give it a name that ends in '.h5' and pass it to readCheckpoint or the command, or save its weights in safetensors",
  },
  {
    isBegun: magic('\x93NUMPY'),
    kind: 'a NumPy array',
    remedy: "Save the arrays by name with safetensors.numpy's save_file",
  },
];

/** Any other text, often the error message of a server. */
function plainText(text: string): ForeignFormat | null {
  const [line] = text.trimStart().split(/[\r\n]/);
  if (text.length < 8 || !/^[\t\n\r -~]*$/.test(text) || line === '') return null;
  return {
    kind: `text that begins with ${JSON.stringify(line.slice(0, 60))}`,
    remedy: 'Download the file itself',
  };
}
