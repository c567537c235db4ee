/**
 * What page and worker say to each other. The worker keeps no network: every request carries the networks
 * that it is about, so that they are intact on the page whatever becomes of the worker.
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

/** What tfjs computes with. */
export type BackendName = 'wasm' | 'webgpu' | 'webgl' | 'cpu';

/** What the visitor asked for; `auto` is WebGPU where the computer has a graphics card for it, else wasm. */
export type BackendChoice = BackendName | 'auto';

/** What the digits of a network at one alpha are taken for. */
interface Classification {
  /** For each of the first test digits the probability of each class, digit by digit. */
  readonly probabilities: Float32Array;
  /** The mean cross-entropy on all test digits, in nats. */
  readonly loss: number;
  /** The share of all test digits that are taken for another. */
  readonly error: number;
}

/** What a safetensors file holds. */
export interface FileSummary {
  readonly names: readonly string[];
  /** How many numbers there are in all parameters. */
  readonly values: number;
}

/** Where the spec of two files comes from. */
export type SpecSource =
  | { readonly kind: 'preset'; readonly name: string }
  | { readonly kind: 'patterns'; readonly text: string }
  | { readonly kind: 'json'; readonly file: File };

/** A step of weight matching. */
export interface MatchStep {
  readonly step: number;
  readonly sweep: number;
  readonly group: string;
  readonly objective: number;
}

/** A point of a line or of a triangle. */
export interface MeasuredPoint {
  readonly weights: readonly number[];
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

/** Everything that the worker does, by name. */
export interface Tasks {
  /** Starts a backend; the first request of every worker. `note` says why it is another than asked for. */
  start: Task<
    { choice: BackendChoice; digits: Digits },
    never,
    { backend: BackendName; note: string | null }
  >;
  /** Trains an MLP with two hidden layers of `width` units. */
  train: Task<
    { width: number; seed: number; epochs: number; batchSize: number; learningRate: number },
    { step: number; steps: number; loss: number },
    PlainNetwork
  >;
  /** Brings the hidden units of b into the order of a's. */
  align: Task<
    { a: PlainNetwork; b: PlainNetwork },
    MatchStep,
    { aligned: PlainNetwork; history: readonly number[]; moved: number; units: number }
  >;
  /** Measures the barrier from a to b. */
  line: Task<
    { a: PlainNetwork; b: PlainNetwork; points: number },
    MeasuredPoint,
    BarrierReport<'loss' | 'error'>
  >;
  /** Measures the barrier on the triangle of three networks. */
  triangle: Task<
    { networks: readonly PlainNetwork[]; resolution: number },
    MeasuredPoint,
    SimplexReport<'loss' | 'error'>
  >;
  /** Classifies the first test digits by (1 − alpha)·a + alpha·b. */
  classify: Task<
    { a: PlainNetwork; b: PlainNetwork; alpha: number; count: number },
    never,
    Classification
  >;
  /** Reads a safetensors file and says what is in it. */
  inspect: Task<{ file: File }, never, FileSummary>;
  /** Compares the names of two networks. `problem` says where they differ, if by more than a prefix. */
  compareNames: Task<
    { a: readonly string[]; b: readonly string[] },
    never,
    { mapping: PrefixMapping | null; problem: string | null }
  >;
  /** Aligns the network of file b to that of file a and merges them. */
  merge: Task<
    { a: File; b: File; mapping: PrefixMapping | null; spec: SpecSource; alpha: number },
    MatchStep,
    {
      merged: Uint8Array<ArrayBuffer>;
      permutations: string;
      before: number;
      after: number;
      moved: number;
      units: number;
    }
  >;
}

export type TaskName = keyof Tasks;

/** From the page: a task to do, or one to give up. */
export type Request =
  | { [Name in TaskName]: { id: number; task: Name; input: Tasks[Name]['input'] } }[TaskName]
  | { id: number; task: 'cancel' };

/** From the worker: how a task goes and ends; or that it can do nothing more (`lost`). */
export type Response =
  | { kind: 'progress'; id: number; progress: unknown }
  | { kind: 'done'; id: number; output: unknown }
  | { kind: 'failed'; id: number; name: string; message: string }
  | { kind: 'lost'; message: string };
