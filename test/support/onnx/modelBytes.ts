import { create, toBinary } from '@bufbuild/protobuf';
import {
  type AttributeProto,
  AttributeProtoSchema,
  AttributeProto_AttributeType as AttributeType,
  type FunctionProto,
  FunctionProtoSchema,
  type GraphProto,
  GraphProtoSchema,
  ModelProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  type TensorProto,
  TensorProtoSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from 'onnx-buf';

/** Element types by their names in ONNX. */
export const types = {
  float: 1,
  uint8: 2,
  int8: 3,
  uint16: 4,
  int16: 5,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  double: 11,
  uint32: 12,
  uint64: 13,
  bfloat16: 16,
} as const;

/** Values of a tensor: a shape and numbers, row-major. Type: float unless given. */
export interface TensorGiven {
  readonly type?: keyof typeof types;
  readonly shape: readonly number[];
  readonly data: ArrayLike<number>;
}

/** The value of an attribute. Numbers are floats if they are given as `{ float }`, and integers otherwise. */
export type AttributeGiven =
  | number
  | string
  | readonly number[]
  | { readonly float: number }
  | { readonly floats: readonly number[] }
  | { readonly texts: readonly string[] }
  | { readonly tensor: TensorGiven }
  | { readonly graph: GraphGiven }
  /** The attribute of the function around the node. */
  | { readonly reference: string; readonly kind: 'float' | 'int' | 'ints' };

/** A function of a model: an operator made of nodes. */
export interface FunctionGiven {
  /** The name with its domain: `local.Block`. */
  readonly name: string;
  readonly overload?: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly nodes: readonly NodeGiven[];
  /** The names of attributes without a default. */
  readonly attributes?: readonly string[];
  readonly defaults?: Readonly<Record<string, AttributeGiven>>;
  /** The version of the standard operators inside. Default: that of the model. */
  readonly opset?: number;
}

/** A node: `[op, inputs, outputs, attributes]`. An op with dots is of another domain: `com.microsoft.Gelu`. */
export type NodeGiven = readonly [
  op: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes?: Readonly<Record<string, AttributeGiven>>,
];

/** A graph for tests. */
export interface GraphGiven {
  readonly nodes: readonly NodeGiven[];
  /** The inputs that are fed. Sizes that are text are open. */
  readonly inputs?: Readonly<
    Record<
      string,
      { readonly type?: keyof typeof types; readonly shape: readonly (number | string)[] }
    >
  >;
  readonly initializers?: Readonly<Record<string, TensorGiven>>;
  readonly outputs: readonly string[];
  /** The types of outputs that are not float. */
  readonly outputTypes?: Readonly<Record<string, keyof typeof types>>;
}

/** The bytes of a model with one graph, encoded by a library that the product does not use. */
export function modelBytes(
  graph: GraphGiven,
  {
    opset = 17,
    ir = 8,
    domains = {} as Readonly<Record<string, number>>,
    functions = [] as readonly FunctionGiven[],
  } = {},
): Uint8Array {
  const nodes = [...graph.nodes, ...functions.flatMap((each) => each.nodes)];
  const others = new Set(nodes.map(([op]) => splitName(op)[0]));
  others.delete('');
  const imports = [...others].map((domain) => ({ domain, version: BigInt(domains[domain] ?? 1) }));
  const model = create(ModelProtoSchema, {
    irVersion: BigInt(ir),
    producerName: 'test',
    opsetImport: [{ domain: '', version: BigInt(opset) }, ...imports],
    graph: graphProto(graph),
    functions: functions.map((each) =>
      create(FunctionProtoSchema, {
        ...functionFields(each),
        opsetImport: [{ domain: '', version: BigInt(each.opset ?? opset) }, ...imports],
      }),
    ),
  });
  return toBinary(ModelProtoSchema, model);
}

function functionFields({
  name,
  overload = '',
  inputs,
  outputs,
  nodes,
  attributes = [],
  defaults = {},
}: FunctionGiven): Pick<
  FunctionProto,
  'domain' | 'name' | 'overload' | 'input' | 'output' | 'node' | 'attribute' | 'attributeProto'
> {
  const [domain, own] = splitName(name);
  return {
    domain,
    name: own,
    overload,
    input: [...inputs],
    output: [...outputs],
    node: nodes.map(nodeProto),
    attribute: [...attributes],
    attributeProto: Object.entries(defaults).map(([key, value]) => attributeProto(key, value)),
  };
}

/** The domain and the name of an operator: `com.microsoft.Gelu` is `['com.microsoft', 'Gelu']`. */
function splitName(op: string): [domain: string, name: string] {
  const dot = op.lastIndexOf('.');
  return [op.slice(0, Math.max(0, dot)), op.slice(dot + 1)];
}

/** The message of a graph. */
function graphProto({
  nodes,
  inputs = {},
  initializers = {},
  outputs,
  outputTypes = {},
}: GraphGiven): GraphProto {
  return create(GraphProtoSchema, {
    name: 'graph',
    node: nodes.map(nodeProto),
    initializer: Object.entries(initializers).map(([name, given]) => tensorProto(name, given)),
    input: Object.entries(inputs).map(([name, { type = 'float', shape }]) =>
      valueInfo(name, type, shape),
    ),
    output: outputs.map((name) => valueInfo(name, outputTypes[name] ?? 'float', undefined)),
  });
}

/** The message of a node. */
function nodeProto([op, inputs, outputs, attributes = {}]: NodeGiven): NodeProto {
  // An operator `local.Block:b` calls the overload b of a function.
  const [whole, overload = ''] = op.split(':');
  const [domain, opType] = splitName(whole);
  return create(NodeProtoSchema, {
    opType,
    domain,
    overload,
    input: [...inputs],
    output: [...outputs],
    attribute: Object.entries(attributes).map(([name, value]) => attributeProto(name, value)),
  });
}

/** The message of a tensor, with its values in `raw_data`. */
export function tensorProto(
  name: string,
  { type = 'float', shape, data }: TensorGiven,
): TensorProto {
  return create(TensorProtoSchema, {
    name,
    dataType: types[type],
    dims: shape.map(BigInt),
    rawData: elements(type, data),
  });
}

/** The little-endian elements of a type. 16-bit floats are given as their bits. */
export function elements(
  type: keyof typeof types,
  data: ArrayLike<number>,
): Uint8Array<ArrayBuffer> {
  const numbers = Array.from(data);
  const made = {
    float: () => Float32Array.from(numbers),
    double: () => Float64Array.from(numbers),
    int64: () => BigInt64Array.from(numbers.map((each) => BigInt(each))),
    int32: () => Int32Array.from(numbers),
    int8: () => Int8Array.from(numbers),
    uint8: () => Uint8Array.from(numbers),
    int16: () => Int16Array.from(numbers),
    uint16: () => Uint16Array.from(numbers),
    uint32: () => Uint32Array.from(numbers),
    uint64: () => BigUint64Array.from(numbers.map((each) => BigInt(each))),
    bool: () => Uint8Array.from(numbers),
    float16: () => Uint16Array.from(numbers),
    bfloat16: () => Uint16Array.from(numbers),
  }[type]();
  return new Uint8Array(made.buffer);
}

function valueInfo(
  name: string,
  type: keyof typeof types,
  shape: readonly (number | string)[] | undefined,
): ValueInfoProto {
  const dim = shape?.map((size) => ({
    value:
      typeof size === 'number'
        ? ({ case: 'dimValue', value: BigInt(size) } as const)
        : ({ case: 'dimParam', value: size } as const),
  }));
  return create(ValueInfoProtoSchema, {
    name,
    type: {
      value: {
        case: 'tensorType',
        value: { elemType: types[type], ...(dim ? { shape: { dim } } : {}) },
      },
    },
  });
}

function attributeProto(name: string, value: AttributeGiven): AttributeProto {
  return create(AttributeProtoSchema, { name, ...attributeFields(value) });
}

function attributeFields(value: AttributeGiven) {
  if (typeof value === 'number') return { type: AttributeType.INT, i: BigInt(value) };
  if (typeof value === 'string') {
    return { type: AttributeType.STRING, s: new TextEncoder().encode(value) };
  }
  if ('float' in value) return { type: AttributeType.FLOAT, f: value.float };
  if ('floats' in value) return { type: AttributeType.FLOATS, floats: [...value.floats] };
  if ('texts' in value) {
    const strings = value.texts.map((text) => new TextEncoder().encode(text));
    return { type: AttributeType.STRINGS, strings };
  }
  if ('tensor' in value) return { type: AttributeType.TENSOR, t: tensorProto('', value.tensor) };
  if ('reference' in value) {
    const types = { float: AttributeType.FLOAT, int: AttributeType.INT, ints: AttributeType.INTS };
    return { type: types[value.kind], refAttrName: value.reference };
  }
  if ('graph' in value) return { type: AttributeType.GRAPH, g: graphProto(value.graph) };
  return { type: AttributeType.INTS, ints: value.map(BigInt) };
}
