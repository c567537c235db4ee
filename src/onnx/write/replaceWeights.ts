import { listNames, nearestNames } from '../../checks';
import { invalid } from '../../errors';
import { listsBy } from '../../params/internal';
import { weightsOf } from '../graph/buildProgram';
import type { OpenGraph } from '../graph/openGraph';
import { nameOfUse } from '../graph/separateUses';
import type { Weight } from '../graph/weight';
import { weightBytes } from '../graph/weightValues';
import type { TensorRecord } from '../model/tensorRecord';
import { type ExternalData, storedBytes } from '../model/tensorSource';
import { encodeInitializer } from './encodeInitializer';
import { renameInput } from './renameInput';
import { type Edit, spliceMessages } from './spliceMessages';
import { tensorEdits } from './tensorEdits';

/** A model's file with the files beside it that hold weights. */
export interface OnnxFiles {
  /** The bytes of the .onnx file. */
  readonly bytes: Uint8Array;
  /** The bytes of the files beside it, by their locations as the model gives them. */
  readonly externalData: ExternalData;
}

/** A tensor of the file with the elements that each of its names gets. */
interface NewTensor {
  readonly record: TensorRecord;
  readonly elements: ReadonlyMap<string, Uint8Array>;
}

/**
 * A file with other weights, and everything else as it was. A tensor with several names or uses stays one if all
 * get the same values; otherwise the differing ones become initializers of their own.
 *
 * @param replaced - The little-endian elements of weights by name. Weights that it lacks stay.
 */
export function replaceWeights(
  open: OpenGraph,
  replaced: ReadonlyMap<string, Uint8Array>,
): OnnxFiles {
  const edits: Edit[] = [];
  const external = createExternalWriter(open.source.externalData);
  for (const { record, elements } of newTensors(open, replaced)) {
    const [[first, own], ...others] = elements;
    if (record.storage?.kind === 'external') {
      external.write(record, own);
    } else edits.push(...tensorEdits(record, own));
    for (const [name, its] of others) {
      if (!isSame(own, its)) edits.push(...separatingEdits(open, record, first, name, its));
    }
  }
  return { bytes: spliceMessages(open.source.bytes, edits), externalData: external.files };
}

/** The tensors of the file that change, with the elements of all of their names. */
function newTensors(open: OpenGraph, replaced: ReadonlyMap<string, Uint8Array>): NewTensor[] {
  const { graph, source } = open;
  const weights = weightsOf(graph);
  const weightNamed = replacedWeights(open);
  const touched = new Map<TensorRecord, Map<string, Uint8Array>>();
  for (const [name, elements] of replaced) {
    const weight = weightNamed(name);
    const expected = weightBytes(source, weight).length;
    if (elements.length !== expected) {
      throw new Error(`weight '${name}' takes ${expected} bytes, received ${elements.length}`);
    }
    const given = touched.get(weight.record) ?? new Map<string, Uint8Array>();
    touched.set(weight.record, given.set(name, elements));
  }
  const weightsOn = listsBy(weights, ({ record }) => [record]);
  return [...touched].map(([record, given]) => {
    const names = weightsOn.get(record)!;
    if (names[0].part) return { record, elements: joinedParts(open, record, names, given) };
    const own = names.map(({ name }): [string, Uint8Array] => [
      name,
      given.get(name) ?? storedBytes(source, record),
    ]);
    // The name of the tensor itself comes first, if steps read it by that name.
    own.sort(([a], [b]) => Number(b === record.name) - Number(a === record.name));
    return { record, elements: new Map([...own, ...given]) };
  });
}

/** The elements of a tensor whose parts are weights. */
function joinedParts(
  { source }: OpenGraph,
  record: TensorRecord,
  parts: readonly Weight[],
  given: ReadonlyMap<string, Uint8Array>,
): Map<string, Uint8Array> {
  const whole = storedBytes(source, record).slice();
  for (const { name, part } of parts) {
    const elements = given.get(name);
    if (elements) whole.set(elements, (whole.length / part!.of) * part!.index);
  }
  return new Map([[record.name, whole]]);
}

/** The edits that give one name or use of a tensor an initializer of its own. */
function separatingEdits(
  { model: { graph }, source }: OpenGraph,
  record: TensorRecord,
  tensor: string,
  name: string,
  elements: Uint8Array,
): Edit[] {
  const { end } = graph.range;
  const bytes = encodeInitializer(name, record, elements);
  const added: Edit = { begin: end, end, bytes, around: [graph.range] };
  const alias = graph.nodes.find(({ op, outputs }) => op === 'Identity' && outputs[0] === name);
  if (alias) {
    return [{ ...alias.range, bytes: new Uint8Array(), around: alias.around.slice(0, -1) }, added];
  }
  const reader = graph.nodes.find(
    (node) => node.inputs.includes(tensor) && nameOfUse(tensor, node) === name,
  );
  if (reader) return [...renameInput(source.bytes, reader, tensor, name), added];
  throw invalid(
    `'${name}' is not a use of '${tensor}' by a node of the graph itself`,
    'Export the model without functions, or give all uses of the tensor the same values',
    { param: name },
  );
}

/**
 * A function that finds the weight that a name of params replaces, wholly or in one use. It throws if there is none.
 */
export function replacedWeights({ graph }: OpenGraph): (name: string) => Weight {
  const byName = new Map(weightsOf(graph).map((weight) => [weight.name, weight]));
  const lengths = new Set([...byName.keys()].map(({ length }) => length));
  return (name) => {
    const own = byName.get(name) ?? weightOfUse(name, byName, lengths);
    if (own) return own;
    throw unknownWeight(name, [...byName.keys()]);
  };
}

/**
 * The weight of which a name is that of a use, see {@link nameOfUse}; undefined if it is of none. Only beginnings as
 * long as a weight's name are looked up: a name may have very many of them.
 */
function weightOfUse(
  name: string,
  weights: ReadonlyMap<string, Weight>,
  lengths: ReadonlySet<number>,
): Weight | undefined {
  for (let at = name.lastIndexOf('@'); at > 0; at = name.lastIndexOf('@', at - 1)) {
    const weight = lengths.has(at) ? weights.get(name.slice(0, at)) : undefined;
    if (weight) return weight;
  }
  return undefined;
}

/** Writes into copies of external files. */
function createExternalWriter(given: ExternalData) {
  const files: Record<string, Uint8Array> = { ...given };
  const written = new Map<string, { readonly name: string; readonly elements: Uint8Array }>();
  return {
    files,
    write(record: TensorRecord, elements: Uint8Array): void {
      const { location, offset } = record.storage as Extract<
        TensorRecord['storage'],
        { kind: 'external' }
      >;
      const place = `${offset} ${location}`;
      const other = written.get(place);
      if (other && !isSame(other.elements, elements)) {
        throw invalid(
          `weights '${other.name}' and '${record.name}' share bytes of '${location}', but get different values`,
          'Export the model with the weights inside',
          { param: record.name },
        );
      }
      written.set(place, { name: record.name, elements });
      if (files[location] === given[location]) files[location] = given[location].slice();
      files[location].set(elements, offset);
    },
  };
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

function unknownWeight(name: string, names: readonly string[]) {
  return invalid(
    `params have '${name}', which is not a weight of the model`,
    `The nearest names are ${listNames(nearestNames(name, names))}`,
    { param: name },
  );
}
