import { InvalidInputError, invalid } from '../../errors';
import { BinaryReader } from '../wire/bufbuild';
import {
  type ByteRange,
  type Field,
  type LengthRange,
  malformed,
  readFields,
  readFloat,
  readFloats,
  readInteger,
  readIntegers,
  readMessage,
  readRange,
  readText,
} from '../wire/readMessage';
import type {
  OnnxAttribute,
  OnnxFunction,
  OnnxGraph,
  OnnxModel,
  OnnxNode,
  ValueInfo,
} from './onnxModel';
import { readEntry, readPiece, readTensor, type TensorRecord } from './tensorRecord';

/**
 * Reads a `ModelProto`. Only the structure is decoded: values of tensors stay in the bytes.
 *
 * @throws InvalidInputError when the bytes break the wire format, or the model has no graph.
 */
export function readModel(bytes: Uint8Array): OnnxModel {
  try {
    return readModelMessage(new BinaryReader(bytes));
  } catch (error) {
    if (error instanceof InvalidInputError) throw error;
    throw malformed(error instanceof Error ? error.message : String(error), error);
  }
}

function readModelMessage(reader: BinaryReader): OnnxModel {
  let irVersion = 0;
  const producer = ['', ''];
  const opsets = new Map<string, number>();
  const metadata: [string, string][] = [];
  const functions: OnnxFunction[] = [];
  const graphs: OnnxGraph[] = [];
  readFields(reader, reader.len, {
    1: (field) => {
      irVersion = readInteger(field);
    },
    2: (field) => {
      producer[0] = readText(field);
    },
    3: (field) => {
      producer[1] = readText(field);
    },
    7: (field) => graphs.push(readGraph(field)),
    8: (field) => opsets.set(...readOpset(field)),
    14: (field) => metadata.push(readEntry(field)),
    25: (field) => functions.push(readFunction(field)),
  });
  if (graphs.length !== 1) throw malformed(`it has ${graphs.length} graphs instead of one`);
  return {
    irVersion,
    producer: producer.join(' ').trim(),
    opsets,
    metadata: Object.fromEntries(metadata),
    functions,
    graph: graphs[0],
  };
}

function readOpset(field: Field): [string, number] {
  let domain = '';
  let version = 0;
  readMessage(field, {
    1: (each) => {
      domain = readDomain(each);
    },
    2: (each) => {
      version = readInteger(each);
    },
  });
  return [domain, version];
}

/** The name of a domain. The standard one has two. */
function readDomain(field: Field): string {
  const domain = readText(field);
  return domain === 'ai.onnx' ? '' : domain;
}

function readGraph(field: Field): OnnxGraph {
  const nodes: OnnxNode[] = [];
  const initializers: TensorRecord[] = [];
  const inputs: ValueInfo[] = [];
  const outputs: ValueInfo[] = [];
  const range = readMessage(field, {
    1: (each) => nodes.push(readNode(each)),
    5: (each) => initializers.push(readTensor(each)),
    11: (each) => inputs.push(readValueInfo(each)),
    12: (each) => outputs.push(readValueInfo(each)),
    15: () => {
      throw malformed('it has sparse initializers, which are not read: export dense weights');
    },
  });
  return { nodes, initializers, inputs, outputs, range };
}

function readNode(field: Field): OnnxNode {
  const inputs: string[] = [];
  const outputs: string[] = [];
  const attributes = new Map<string, OnnxAttribute>();
  let [name, op, domain, overload] = ['', '', '', ''];
  const message = readMessage(field, {
    1: (each) => inputs.push(readText(each)),
    2: (each) => outputs.push(readText(each)),
    3: (each) => {
      name = readText(each);
    },
    4: (each) => {
      op = readText(each);
    },
    5: (each) => attributes.set(...readAttribute(each)),
    7: (each) => {
      domain = readDomain(each);
    },
    8: (each) => {
      overload = readText(each);
    },
  });
  const range: ByteRange = { begin: field.start, end: message.end };
  const around = [...field.around, message];
  return { op, domain, name, overload, inputs, outputs, attributes, range, around };
}

/** The numbers of `AttributeProto.AttributeType`. */
const FLOAT = 1;
const INT = 2;
const STRING = 3;
const TENSOR = 4;
const GRAPH = 5;
const FLOATS = 6;
const INTS = 7;
const STRINGS = 8;

function readAttribute(field: Field): [string, OnnxAttribute] {
  let [name, reference] = ['', ''];
  let type = 0;
  let [float, int] = [0, 0];
  let text = '';
  const [floats, ints]: number[][] = [[], []];
  const pieces: (ByteRange | LengthRange)[] = [];
  const texts: string[] = [];
  let tensor: TensorRecord | undefined;
  let graph: OnnxGraph | undefined;
  const given = new Set<number>();
  const note =
    (kind: number, read: (each: Field) => void): ((each: Field) => void) =>
    (each) => {
      given.add(kind);
      read(each);
    };
  const range = readMessage(field, {
    1: (each) => {
      name = readText(each);
    },
    2: note(FLOAT, (each) => {
      float = readFloat(each);
    }),
    3: note(INT, (each) => {
      int = readInteger(each);
    }),
    4: note(STRING, (each) => {
      text = readText(each);
    }),
    5: note(TENSOR, (each) => {
      tensor = readTensor(each);
    }),
    6: note(GRAPH, (each) => {
      graph = readGraph(each);
    }),
    7: note(FLOATS, (each) => {
      const { pos } = each.reader;
      pieces.push(readPiece(each, 7));
      each.reader.pos = pos;
      readFloats(each, floats);
    }),
    8: note(INTS, (each) => readIntegers(each, ints)),
    9: note(STRINGS, (each) => texts.push(readText(each))),
    20: (each) => {
      type = readInteger(each);
    },
    21: (each) => {
      reference = readText(each);
    },
  });
  if (reference) return [name, { reference }];
  // The list of a Constant may be a weight.
  if (name === 'value_floats') {
    const storage = { kind: 'typed', field: 'float_data', pieces } as const;
    const { around } = field;
    return ['value', { name: '', type: 1, shape: [floats.length], storage, range, around }];
  }
  // Files before IR version 3 give no type.
  const kind = type || [...given][0];
  const values: Readonly<Record<number, OnnxAttribute | undefined>> = {
    [FLOAT]: float,
    [INT]: int,
    [STRING]: text,
    [TENSOR]: tensor,
    [GRAPH]: graph,
    [FLOATS]: floats,
    [INTS]: ints,
    [STRINGS]: texts,
  };
  const value = values[kind];
  if (value === undefined) {
    throw invalid(
      `attribute '${name}' holds a type, a sparse tensor or a list of tensors, which is not supported`,
      'Export the model without optional values, lists and sparse tensors',
      { param: 'bytes', received: kind },
    );
  }
  return [name, value];
}

function readFunction(field: Field): OnnxFunction {
  let [name, domain, overload] = ['', '', ''];
  const inputs: string[] = [];
  const outputs: string[] = [];
  const nodes: OnnxNode[] = [];
  const opsets = new Map<string, number>();
  const defaults = new Map<string, OnnxAttribute>();
  readMessage(field, {
    1: (each) => {
      name = readText(each);
    },
    4: (each) => inputs.push(readText(each)),
    5: (each) => outputs.push(readText(each)),
    7: (each) => nodes.push(readNode(each)),
    9: (each) => opsets.set(...readOpset(each)),
    10: (each) => {
      domain = readDomain(each);
    },
    11: (each) => defaults.set(...readAttribute(each)),
    13: (each) => {
      overload = readText(each);
    },
  });
  return { name, domain, overload, inputs, outputs, nodes, opsets, defaults };
}

function readValueInfo(field: Field): ValueInfo {
  let name = '';
  let type = 0;
  let shape: (number | string | null)[] | undefined;
  readMessage(field, {
    1: (each) => {
      name = readText(each);
    },
    2: (each) => {
      readMessage(each, {
        // The type of a tensor.
        1: (inner) => {
          readMessage(inner, {
            1: (last) => {
              type = readInteger(last);
            },
            2: (last) => {
              shape = readShape(last);
            },
          });
        },
        8: readRange,
      });
    },
  });
  return { name, type, shape };
}

function readShape(field: Field): (number | string | null)[] {
  const sizes: (number | string | null)[] = [];
  readMessage(field, {
    1: (dimension) => {
      let size: number | string | null = null;
      readMessage(dimension, {
        1: (each) => {
          const value = readInteger(each);
          size = value >= 0 ? value : null;
        },
        2: (each) => {
          size = readText(each) || null;
        },
      });
      sizes.push(size);
    },
  });
  return sizes;
}
