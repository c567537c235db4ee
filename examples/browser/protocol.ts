/**
 * The messages between page and worker. The worker keeps no networks: every request carries the networks
 * that it needs, so the page still has them if the worker fails.
 */
import type { BarrierReport, PrefixMapping, SimplexReport } from 'perm-lmc';

/** A network outside of tfjs: values by name. */
export type PlainNetwork = Readonly<Record<string, PlainTensor>>;

/** A tensor outside of tfjs. */
export interface PlainTensor {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** Images of digits, one after the other: 784 pixels from 0, the background, to 255, row by row. */
export interface DigitSet {
  readonly pixels: Uint8Array;
  readonly labels: Uint8Array;
  readonly count: number;
}

/** The digits to train on, and those that no network has seen. */
export interface Digits {
  readonly train: DigitSet;
  readonly test: DigitSet;
}

/** Photographs, one after the other: 3072 bytes each, red, green and blue of 32 × 32 pixels, row by row. */
export interface PhotographSet {
  readonly pixels: Uint8Array;
  /** The class of each, 0 to 9, in the order of CIFAR-10. */
  readonly labels: Uint8Array;
  readonly count: number;
}

/** The images that a network reads: MLPs read digits, convolutional networks read photographs. */
export type Subject = 'digits' | 'photographs';

/** The images that a worker starts with; photographs are null until the visitor loads them. */
export interface Images {
  readonly digits: Digits;
  readonly photographs: PhotographSet | null;
}

/** A backend of tfjs. */
export type BackendName = 'wasm' | 'webgpu' | 'webgl' | 'cpu';

/** The backend that the visitor chose. `auto` is WebGPU if there is a hardware adapter, else wasm. */
export type BackendChoice = BackendName | 'auto';

/** The classification of test images by the network at one alpha. */
interface Classification {
  /** The probability of each class for the first test images, [images × 10], row-major. */
  readonly probabilities: Float32Array;
  /** The mean cross-entropy on all test images, in nats. */
  readonly loss: number;
  /** The share of all test images that are misread. */
  readonly error: number;
}

/** A network of the visitor. */
export interface NetworkSource {
  readonly file: File;
  /** The files that hold weights of an .onnx file. */
  readonly beside: readonly File[];
}

/** The contents of a network's file. */
export interface FileSummary {
  readonly names: readonly string[];
  /** The number of values in all parameters. */
  readonly values: number;
}

/** The source of the spec for two files. */
export type SpecSource =
  | { readonly kind: 'preset'; readonly name: string }
  | { readonly kind: 'patterns'; readonly text: string }
  | { readonly kind: 'json'; readonly file: File };

/** A file to be downloaded. */
export interface MergedFile {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** The result of a merge. */
export interface MergedNetwork {
  /** The merged network, in more than one file if A is. */
  readonly files: readonly MergedFile[];
  /** The permutations as JSON. */
  readonly permutations: string;
  /** The alignment of the networks before and after. */
  readonly before: number;
  readonly after: number;
  readonly moved: number;
  readonly units: number;
  /** True if statistics of batch normalisation were averaged, which fit neither network. */
  readonly hasStatistics: boolean;
  /** Facts about the files that may limit the result. */
  readonly warnings: readonly string[];
}

/** A step of weight matching. */
export interface MatchStep {
  readonly step: number;
  readonly sweep: number;
  readonly group: string | null;
  readonly objective: number;
}

/** Progress of activation matching: the batches of photographs on which the networks have been compared. */
interface ComparedBatches {
  readonly done: number;
  readonly total: number;
}

/** A point of a line or of a triangle. */
export interface MeasuredPoint {
  readonly weights: readonly number[];
  readonly loss: number;
  readonly error: number;
  readonly done: number;
  readonly total: number;
}

/** A cell of the matrix s × t: the barriers at step t with the permutation found at step s. */
export interface MatrixCell {
  /** The step of the permutation; null for none. */
  readonly s: number | null;
  readonly t: number;
  readonly loss: number;
  readonly error: number;
  readonly done: number;
  readonly total: number;
}

interface Task<Input, Progress, Output> {
  readonly input: Input;
  readonly progress: Progress;
  readonly output: Output;
}

/** The tasks of the worker, by name. */
export interface Tasks {
  /** Starts a backend; the first request of every worker. `note` is the reason if another backend was started. */
  start: Task<
    { choice: BackendChoice; images: Images },
    never,
    { backend: BackendName; note: string | null }
  >;
  /** Trains an MLP with two hidden layers of `width` units. */
  train: Task<
    { width: number; seed: number; epochs: number; batchSize: number; learningRate: number },
    { step: number; steps: number; loss: number },
    PlainNetwork
  >;
  /** Adds photographs to a worker that started without. */
  addPhotographs: Task<PhotographSet, never, null>;
  /** The network of a safetensors file, from its bytes. */
  parseNetwork: Task<Uint8Array, never, PlainNetwork>;
  /** Aligns the hidden units of b to those of a by their weights. The networks read digits. */
  align: Task<
    { a: PlainNetwork; b: PlainNetwork },
    MatchStep,
    { aligned: PlainNetwork; history: readonly number[]; moved: number; units: number }
  >;
  /**
   * Finds the order of b's channels in which their activations on photographs are closest to those of a, and puts
   * the channels of `permuted` in this order.
   */
  alignByActivations: Task<
    { a: PlainNetwork; b: PlainNetwork; permuted: PlainNetwork },
    ComparedBatches,
    { aligned: PlainNetwork; moved: number; units: number }
  >;
  /** Measures the barrier from a to b. */
  line: Task<
    { subject: Subject; a: PlainNetwork; b: PlainNetwork; points: number },
    MeasuredPoint,
    BarrierReport<'loss' | 'error'>
  >;
  /** Measures the barrier on the triangle of three networks. */
  triangle: Task<
    { networks: readonly PlainNetwork[]; resolution: number },
    MeasuredPoint,
    SimplexReport<'loss' | 'error'>
  >;
  /** Classifies the first test images by (1 − alpha)·a + alpha·b. */
  classify: Task<
    { subject: Subject; a: PlainNetwork; b: PlainNetwork; alpha: number; count: number },
    never,
    Classification
  >;
  /**
   * Measures the networks a[t] and b[t] of every step t, halfway between them, with the permutation found at every
   * step s. The networks read photographs.
   */
  matrix: Task<
    { a: readonly PlainNetwork[]; b: readonly PlainNetwork[]; steps: readonly number[] },
    MatrixCell,
    null
  >;
  /** Reads a network's file and returns its contents. */
  inspect: Task<NetworkSource, never, FileSummary>;
  /** Compares the names of two networks. `problem` is the difference, if it is more than a prefix. */
  compareNames: Task<
    { a: readonly string[]; b: readonly string[] },
    never,
    { mapping: PrefixMapping | null; problem: string | null }
  >;
  /** Aligns the network of safetensors file b to that of file a and merges them. */
  merge: Task<
    { a: File; b: File; mapping: PrefixMapping | null; spec: SpecSource; alpha: number },
    MatchStep,
    MergedNetwork
  >;
  /** The same for .onnx files, with the spec derived from their graph. */
  mergeOnnx: Task<{ a: NetworkSource; b: NetworkSource; alpha: number }, MatchStep, MergedNetwork>;
}

export type TaskName = keyof Tasks;

/** A message from the page: a task to start, or one to cancel. */
export type Request =
  | { [Name in TaskName]: { id: number; task: Name; input: Tasks[Name]['input'] } }[TaskName]
  | { id: number; task: 'cancel' };

/** A message from the worker: the progress or end of a task, or `lost` if the worker cannot go on. */
export type Response =
  | { kind: 'progress'; id: number; progress: unknown }
  | { kind: 'done'; id: number; output: unknown }
  | { kind: 'failed'; id: number; name: string; message: string }
  | { kind: 'lost'; message: string };
