import { randomUUID } from 'node:crypto';
import { readSync, writeSync } from 'node:fs';
import type { File as H5File, Metadata, ready } from 'h5wasm';
import { failed, InvalidInputError, invalid } from '../errors';
import { quoted, type StoredDtype } from '../io/internal';
import { sizeOf } from '../params/internal';

/** A part of an open file that is a file of HDF5. */
export interface Hdf5Region {
  /** The descriptor of the file. */
  readonly fd: number;
  readonly begin: number;
  readonly size: number;
}

/** An HDF5 file that is open. */
export interface Hdf5File {
  /** The datasets of numbers and booleans. */
  readonly datasets: readonly Hdf5Dataset[];
  /** Closes it. The descriptor stays open. Returns the size of the file, which may have grown. */
  readonly close: () => number;
}

/** A dataset of numbers or booleans. */
interface Hdf5Dataset {
  /** Its path without the first slash. */
  readonly name: string;
  readonly dtype: StoredDtype;
  readonly shape: readonly number[];
  /** Reads the elements, little-endian, into an array of their own. */
  readonly read: (yieldPoint?: () => Promise<void>) => Promise<Uint8Array<ArrayBuffer>>;
  /** Writes all elements, if the file is open for writing. */
  readonly write: (elements: Uint8Array, yieldPoint: () => Promise<void>) => Promise<void>;
}

/**
 * Opens an HDF5 file through h5wasm, which is loaded from the user's installation. The file is read part by part. It
 * is the only file that h5wasm sees: links and storage in other files are not followed.
 */
export async function openHdf5(region: Hdf5Region, mode: 'r' | 'a' = 'r'): Promise<Hdf5File> {
  const { File, ready } = await importHdf5();
  const library = await ready;
  const mounted = mount(library, region);
  let file: H5File | undefined;
  const close = () => {
    try {
      guarded(library, 'closing the file as HDF5', () => {
        if (file !== undefined && file.file_id > 0n) file.close();
      });
    } finally {
      mounted.unmount();
    }
    return mounted.size();
  };
  try {
    const datasets = guarded(library, 'reading the file as HDF5', () => {
      file = new File(mounted.path, mode);
      if (file.file_id <= 0n) throw new Error('it is not HDF5');
      return datasetsIn(library, file, region.size);
    });
    return { datasets, close };
  } catch (error) {
    close();
    throw error;
  }
}

/** The most characters of a report that are looked at. */
const MOST_PRINTED = 2 ** 14;

/**
 * The result of work of the library. HDF5 prints a report of each error, and not every function of h5wasm fails then:
 * here a report is an error. Its errors cannot be thrown from HDF5 itself (`activate_throwing_error_handler`), as its
 * memory is damaged by that.
 */
function guarded<Result>(library: Library, what: string, work: () => Result): Result {
  const printed: number[] = [];
  const { tty } = (library.FS as unknown as FileSystem).getStream(2);
  const { ops } = tty;
  tty.ops = { ...ops, put_char: (_, code) => printed.push(code) };
  const reason = () => reasonIn(String.fromCharCode(...printed.slice(-MOST_PRINTED)));
  try {
    const result = work();
    const found = reason();
    if (found !== undefined) throw new Error(found);
    return result;
  } catch (cause) {
    if (cause instanceof InvalidInputError) throw cause;
    const told = reason() ?? messageOf(cause);
    throw failed(what, new Error(told, { cause }), 'Download the file or save it again');
  } finally {
    tty.ops = ops;
  }
}

/** The reason in a report of HDF5, which has a line for each function from the outermost to the innermost. */
function reasonIn(report: string): string | undefined {
  return [...report.matchAll(/ in \w+\(\): (.+)$/gm)].at(-1)?.[1];
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

type Library = Awaited<typeof ready>;

async function importHdf5(): Promise<typeof import('h5wasm')> {
  try {
    return await import('h5wasm');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const isCommonJs = code === 'ERR_PACKAGE_PATH_NOT_EXPORTED';
    throw invalid(
      isCommonJs
        ? 'h5wasm, which reads files of Keras, is an ES module'
        : 'files of Keras need the package h5wasm, which cannot be loaded',
      isCommonJs
        ? 'Import perm-lmc/node as an ES module'
        : 'Run `npm install h5wasm`, or save the weights in safetensors',
      { cause },
    );
  }
}

/** The part of Emscripten's file system that is used here. */
interface FileSystem {
  createFile(parent: string, name: string, properties: object, read: boolean, write: boolean): Node;
  unlink(path: string): void;
  getStream(descriptor: number): {
    readonly tty: { ops: { readonly put_char: (tty: unknown, code: number) => unknown } };
  };
}

interface Node {
  node_ops: { readonly getattr: (node: Node) => object };
  stream_ops: object;
}

/** Makes a file of the region in the file system of the library, whose bytes are read when they are needed. */
function mount(library: Library, { fd, begin, size: initial }: Hdf5Region) {
  const fs = library.FS as unknown as FileSystem;
  const name = `${randomUUID()}.h5`;
  let size = initial;
  const node = fs.createFile('/', name, {}, true, true);
  const { getattr } = node.node_ops;
  node.node_ops = {
    ...node.node_ops,
    getattr: (own: Node) => ({ ...getattr(own), size }),
    setattr() {}, // HDF5 sets the size to that of its contents; what follows them does no harm.
  } as Node['node_ops'];
  node.stream_ops = {
    ...node.stream_ops,
    read(_: unknown, to: Uint8Array, offset: number, length: number, position: number) {
      const wanted = Math.max(0, Math.min(length, size - position));
      return wanted === 0 ? 0 : readSync(fd, to, offset, wanted, begin + position);
    },
    write(_: unknown, from: Uint8Array, offset: number, length: number, position: number) {
      const written = writeSync(fd, from, offset, length, begin + position);
      size = Math.max(size, position + written);
      return written;
    },
    llseek({ position }: { readonly position: number }, offset: number, whence: number) {
      return offset + [0, position, size][whence];
    },
  };
  return { path: `/${name}`, size: () => size, unmount: () => fs.unlink(`/${name}`) };
}

function datasetsIn(library: Library, file: H5File, bytes: number): Hdf5Dataset[] {
  return file.paths().flatMap((name) => {
    if (library.get_type(file.file_id, name) !== library.H5G_DATASET) return [];
    const metadata = library.get_dataset_metadata(file.file_id, name);
    const dtype = dtypeOf(name, metadata);
    const { shape } = metadata;
    if (dtype === null || shape === null) return [];
    assertHeld(name, metadata, bytes);
    const place = { library, file: file.file_id, name, shape, element: metadata.size };
    return [
      {
        ...{ name, dtype, shape },
        read: (yieldPoint?: () => Promise<void>) => readElements(place, yieldPoint),
        write: (elements: Uint8Array, yieldPoint: () => Promise<void>) =>
          writeElements(place, elements, yieldPoint),
      },
    ];
  });
}

const INTEGER = 0;
const FLOAT = 1;
const OPAQUE = 5;
const ENUM = 8;

/** The type of a dataset; null if it holds no numbers, such as texts. */
function dtypeOf(name: string, { type, size, signed, littleEndian }: Metadata): StoredDtype | null {
  if (![INTEGER, FLOAT, OPAQUE, ENUM].includes(type)) return null;
  const letter = type === FLOAT ? 'F' : signed ? 'I' : 'U';
  const dtype = type === ENUM && size === 1 ? 'BOOL' : `${letter}${8 * size}`;
  const isRead = /^(BOOL|F16|F32|F64|[IU](8|16|32|64))$/.test(dtype);
  if (isRead && type !== OPAQUE && (littleEndian || size === 1)) return dtype as StoredDtype;
  throw invalid(
    `dataset ${quoted(name)} has elements of ${size} bytes that are ${littleEndian ? 'no numbers of a type that is read' : 'big-endian'}`,
    'Save the weights in float32 or float16',
    { param: name },
  );
}

/** The most that deflate compresses. */
const GREATEST_RATIO = 1032;

/** Throws if a dataset cannot be in the file: its elements would need memory out of proportion. */
function assertHeld(name: string, metadata: Metadata, bytes: number): void {
  const needed = sizeOf(metadata.shape!) * metadata.size;
  const isVirtual = (metadata.virtual_sources ?? []).length > 0;
  const most = metadata.chunks ? bytes * GREATEST_RATIO : bytes;
  if (needed <= most && !isVirtual) return;
  throw invalid(
    isVirtual
      ? `dataset ${quoted(name)} is made of other datasets`
      : `dataset ${quoted(name)} needs ${needed} bytes, and the file has ${bytes}`,
    'Save the weights again, all in one file',
    { param: name, received: metadata.shape },
  );
}

/** A dataset in an open file. */
interface Place {
  readonly library: Library;
  readonly file: bigint;
  readonly name: string;
  readonly shape: readonly number[];
  /** The bytes of an element. */
  readonly element: number;
}

/** The most bytes that are copied at a time, unless a row has more. */
const PIECE_BYTES = 2 ** 24;

async function readElements(
  place: Place,
  yieldPoint?: () => Promise<void>,
): Promise<Uint8Array<ArrayBuffer>> {
  const elements = new Uint8Array(sizeOf(place.shape) * place.element);
  await eachPiece(place, yieldPoint, ({ begin, end, select }, memory) => {
    const { library, file, name } = place;
    if (library.get_dataset_data(file, name, ...select, BigInt(memory)) < 0) throw new Error(name);
    elements.set(library.HEAPU8.subarray(memory, memory + end - begin), begin);
  });
  return elements;
}

function writeElements(
  place: Place,
  elements: Uint8Array,
  yieldPoint: () => Promise<void>,
): Promise<void> {
  return eachPiece(place, yieldPoint, ({ begin, end, select }, memory) => {
    const { library, file, name } = place;
    library.HEAPU8.set(elements.subarray(begin, end), memory);
    if (library.set_dataset_data(file, name, ...select, BigInt(memory)) < 0) throw new Error(name);
  });
}

/** Some rows of a dataset. */
interface Piece {
  /** The range of its bytes. */
  readonly begin: number;
  readonly end: number;
  /** The counts, offsets and strides, by axis; nulls for a scalar. */
  readonly select: [bigint[] | null, bigint[] | null, bigint[] | null];
}

/** Runs work on each piece of a dataset, with memory of the library for its bytes. */
async function eachPiece(
  place: Place,
  yieldPoint: (() => Promise<void>) | undefined,
  work: (piece: Piece, memory: number) => void,
): Promise<void> {
  for (const piece of piecesOf(place)) {
    await yieldPoint?.();
    const memory = place.library._malloc(piece.end - piece.begin);
    try {
      guarded(place.library, `dataset ${quoted(place.name)}`, () => {
        if (memory === 0) throw new Error(`no memory for ${piece.end - piece.begin} bytes`);
        work(piece, memory);
      });
    } finally {
      place.library._free(memory);
    }
  }
}

function* piecesOf({ shape, element }: Place): Generator<Piece> {
  if (shape.length === 0) return yield { begin: 0, end: element, select: [null, null, null] };
  if (sizeOf(shape) === 0) return;
  const [rows, ...row] = shape;
  const bytes = sizeOf(row) * element;
  const step = Math.max(1, Math.floor(PIECE_BYTES / bytes));
  for (let from = 0; from < rows; from += step) {
    const count = Math.min(step, rows - from);
    const counts = [count, ...row].map(BigInt);
    const offsets = [from, ...row.map(() => 0)].map(BigInt);
    const select: Piece['select'] = [counts, offsets, shape.map(() => 1n)];
    yield { begin: from * bytes, end: (from + count) * bytes, select };
  }
}
