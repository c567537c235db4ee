import type { ByteRange, LengthRange } from '../wire/readMessage';
import type { TensorRecord } from './tensorRecord';

/** A model as its file describes it. Values of tensors stay in the file. */
export interface OnnxModel {
  readonly irVersion: number;
  /** The program that wrote the model, with its version. */
  readonly producer: string;
  /** The version of each domain's operators. The standard domain is `''`. */
  readonly opsets: ReadonlyMap<string, number>;
  readonly metadata: Readonly<Record<string, string>>;
  readonly graph: OnnxGraph;
  readonly functions: readonly OnnxFunction[];
}

/** A graph: the model's own, or a branch of an `If`. */
export interface OnnxGraph {
  readonly nodes: readonly OnnxNode[];
  readonly initializers: readonly TensorRecord[];
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  /** The bytes of the message. */
  readonly range: LengthRange;
}

/** A node of a graph. */
export interface OnnxNode {
  readonly op: string;
  /** The domain of the operator; `''` is the standard one. */
  readonly domain: string;
  readonly name: string;
  /** Which of several functions of one name it calls. */
  readonly overload: string;
  /** The names of the inputs. An empty name is an input that is left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, OnnxAttribute>;
  /** The bytes of the field in the graph, with tag and length. */
  readonly range: ByteRange;
  /** The messages around it, the outermost first, and its own. */
  readonly around: readonly LengthRange[];
}

/** The value of an attribute, or the name of the function's attribute that it stands for. */
export type OnnxAttribute =
  | number
  | string
  | readonly number[]
  | readonly string[]
  | TensorRecord
  | OnnxGraph
  | AttributeReference;

/** A function's attribute that an attribute inside it stands for. */
interface AttributeReference {
  readonly reference: string;
}

/** A function of a model: an operator made of nodes. */
export interface OnnxFunction {
  readonly name: string;
  readonly domain: string;
  /** Tells it from other functions of its name. */
  readonly overload: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly nodes: readonly OnnxNode[];
  readonly opsets: ReadonlyMap<string, number>;
  /** Attributes with a default value. */
  readonly defaults: ReadonlyMap<string, OnnxAttribute>;
}

/** An input or output of a graph. */
export interface ValueInfo {
  readonly name: string;
  /** The number in `TensorProto.DataType`; 0 if it is not a tensor. */
  readonly type: number;
  /** Each size: a number, the name of an open size, or null. Undefined if the rank is open. */
  readonly shape: readonly (number | string | null)[] | undefined;
}
