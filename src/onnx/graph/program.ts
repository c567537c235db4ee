import type { ValueInfo } from '../model/onnxModel';
import type { HostArray } from '../values/hostArray';
import type { GraphStep } from './flatGraph';
import type { Weight } from './weight';

/** A graph that can be run: steps on weights, constants and inputs. */
export interface Program {
  readonly inputs: readonly ValueInfo[];
  /** The names of the outputs. */
  readonly outputs: readonly string[];
  readonly steps: readonly GraphStep[];
  /** The weights by the names of the values that steps read; a name of params is the name of the value. */
  readonly weights: readonly Weight[];
  /** The values of constants that steps read. */
  readonly constants: ReadonlyMap<string, HostArray>;
  /** The number of steps that read each value, and of outputs that are it. */
  readonly uses: ReadonlyMap<string, number>;
}
