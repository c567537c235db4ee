/** A file of another kind: what it is, and what to do. */
export interface ForeignFormat {
  /** A noun phrase, such as `a zip archive`. */
  readonly kind: string;
  readonly remedy: string;
}

/** So many bytes of a file's beginning tell its kind. */
export const START_BYTES = 512;

/** The kind of file that begins with these bytes and is not safetensors; null where they tell nothing. */
export function foreignFormat(start: Uint8Array): ForeignFormat | null {
  // Not by a TextDecoder, whose latin1 is Windows-1252: it has other characters for 0x80 to 0x9f.
  const text = String.fromCharCode(...start.subarray(0, START_BYTES));
  return FORMATS.find(({ isBegun }) => isBegun(text)) ?? plainText(text);
}

const PICKLED = "Load it in PyTorch, and save its tensors with safetensors.torch's save_file";
const UNPACK = 'Unpack it, and pass the safetensors file inside';

/** Whether a file's beginning, read as Latin-1, is that of a format. */
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
    kind: 'a Git LFS pointer, which stands for the file',
    remedy: "Fetch the file itself with 'git lfs pull'",
  },
  {
    isBegun: like(/^\s*<(!doctype html|html|head|body|!--)/i),
    kind: 'an HTML page',
    remedy:
      'Download the file itself: its address may need a login, or be that of the page about the file',
  },
  {
    isBegun: like(/^(?:\xef\xbb\xbf)?\s*<\?xml/),
    kind: 'an XML document, as servers send for an error',
    remedy: 'Read it for the reason, and download the file again',
  },
  {
    isBegun: like(/^\s*\{\s*"(weight_map"|metadata"\s*:\s*\{\s*"total_)/),
    kind: 'the index of a sharded checkpoint',
    remedy: "Give it a name that ends in '.json', next to its shards",
  },
  {
    isBegun: like(/^\s*(\{\s*["}]|\[\s*["{\d[\]-])/),
    kind: 'JSON text',
    remedy: "Pass a safetensors file; the name of a checkpoint's index ends in '.json'",
  },
  {
    isBegun: magic('PK\x03\x04', 'PK\x05\x06'),
    kind: 'a zip archive, as torch.save and Keras write',
    remedy: PICKLED,
  },
  { isBegun: magic('\x1f\x8b\x08'), kind: 'a gzip file', remedy: UNPACK },
  {
    isBegun: magic('\xfd7zXZ\0', 'BZh', '\x28\xb5\x2f\xfd', '7z\xbc\xaf'),
    kind: 'a packed file',
    remedy: UNPACK,
  },
  { isBegun: (text) => text.startsWith('ustar', 257), kind: 'a tar archive', remedy: UNPACK },
  {
    isBegun: (text) =>
      magic('\x80\x02', '\x80\x03', '\x80\x04', '\x80\x05')(text) && text[2] !== '\0',
    kind: 'a Python pickle, as torch.save once wrote',
    remedy: PICKLED,
  },
  { isBegun: magic('GGUF'), kind: 'a GGUF file', remedy: 'Fetch the checkpoint in safetensors' },
  {
    isBegun: magic('\x89HDF\r\n'),
    kind: 'an HDF5 file, as Keras writes',
    remedy: 'Load it in Keras, and save its weights in safetensors',
  },
  {
    isBegun: magic('\x93NUMPY'),
    kind: 'a NumPy array',
    remedy: "Save the arrays by name with safetensors.numpy's save_file",
  },
];

/** Text that no rule knows: a message of a server, often. */
function plainText(text: string): ForeignFormat | null {
  const [line] = text.trimStart().split(/[\r\n]/);
  if (text.length < 8 || !/^[\t\n\r -~]*$/.test(text) || line === '') return null;
  return {
    kind: `text, which begins ${JSON.stringify(line.slice(0, 60))}`,
    remedy: 'Download the file itself',
  };
}
