import { dispose, type NamedTensorMap, type Tensor } from '@tensorflow/tfjs-core';
import { assertOptions, type OptionTable } from '../checks';
import { about, invalid, named } from '../errors';
import type { ModelForward, ModelSpecOptions } from '../models';
import { deriveModelSpec, MODEL_SPEC_OPTIONS } from '../models/internal';
import type { Params } from '../params';
import type { PermutationSpec } from '../symmetry';
import { declaredInputs } from './declaredInputs';
import { buildProgram, weightsOf } from './graph/buildProgram';
import { openGraph } from './graph/openGraph';
import { separateUses } from './graph/separateUses';
import { withAnyBatch } from './graph/withAnyBatch';
import { elementType } from './model/elementType';
import type { ExternalData } from './model/tensorSource';
import { ONNX_GRAPH_OPTIONS, type OnnxGraphOptions } from './onnxForward';
import { weightTensors } from './onnxParams';
import { type OnnxInput, programForward } from './run/programForward';

/** Options of {@link onnxNetworks}. */
export interface OnnxNetworksOptions
  extends Omit<OnnxGraphOptions, 'externalData'>,
    ModelSpecOptions<OnnxInput> {
  /** The files beside each model that hold its weights, in the order of the models. Default: none. */
  externalData?: readonly ExternalData[];
}

/** An input or output of an ONNX graph. */
export interface OnnxValue {
  /** The name in the graph. */
  readonly name: string;
  /** The element type in ONNX, such as `float` or `int64`; empty if the graph does not say. */
  readonly type: string;
  /** The sizes: numbers, names of open sizes, or null. Undefined if the graph does not say. */
  readonly shape: readonly (number | string | null)[] | undefined;
}

/** ONNX graphs of one architecture as networks: one spec and one forward function for the params of each. */
export interface OnnxNetworks<Output> {
  /** The weights of each file, under the same names. The caller owns them. */
  readonly params: readonly Params[];
  /** The function of params that runs the graph. It takes any params of the architecture. */
  readonly forward: ModelForward<OnnxInput, Output>;
  /** The permutation groups of the parameters' axes. */
  readonly spec: PermutationSpec;
  /** The inputs in the order of the graph. */
  readonly inputs: readonly OnnxValue[];
  /** The outputs in the order in which they are returned. */
  readonly outputs: readonly OnnxValue[];
  /** The warnings of the derivation, such as groups that had to be fixed. */
  readonly warnings: readonly string[];
}

const OPTIONS = {
  ...ONNX_GRAPH_OPTIONS,
  ...MODEL_SPEC_OPTIONS,
} as const satisfies OptionTable<OnnxNetworksOptions>;

/**
 * Networks from ONNX files of one architecture: the params of each under the names of the first, with one forward
 * function and one spec for all.
 *
 * Exporters merge tensors of equal values, so one file may have one tensor where another has two. Each use that any
 * of the files keeps apart is a parameter of its own, named after the tensor and the output of the node that reads
 * it (`bias@/layer2/Add_output_0`). {@link writeOnnx} takes these names.
 *
 * @typeParam Output - A tensor for a graph with one output, or a record of tensors by name for several.
 * @param files - The bytes of one .onnx file or more.
 * @param options - As for {@link onnxNetwork}, with `externalData` for each file.
 * @throws InvalidInputError as {@link onnxNetwork} does, and when the graphs differ in more than their weights.
 *
 * @example
 * ```ts given=onnxFiles
 * import * as tf from '@tensorflow/tfjs-core';
 * import { barrier, classificationEvaluator, permute, weightMatch } from 'perm-lmc';
 * import { onnxNetworks } from 'perm-lmc/onnx';
 *
 * const { params, forward, spec } = await onnxNetworks([a, b]);
 * const { permutations } = await weightMatch(spec, params[0], params[1]);
 * const aligned = permute(spec, params[1], permutations);
 * const test = { x: tf.randomNormal([2, 1, 28, 28]), y: tf.tensor1d([0, 1], 'int32') };
 * const evaluate = classificationEvaluator(forward, test);
 * const curve = await barrier(params[0], aligned, evaluate, { points: 5 });
 * ```
 */
export async function onnxNetworks<Output extends Tensor | NamedTensorMap = Tensor>(
  files: readonly Uint8Array[],
  options: OnnxNetworksOptions = {},
): Promise<OnnxNetworks<Output>> {
  return named('onnxNetworks', async () => {
    assertOptions(options, OPTIONS);
    return networksOfGraphs<Output>(files, options);
  });
}

/** Options of {@link networksOfGraphs}. */
interface GraphsOptions extends OnnxNetworksOptions {
  /** True for a forward function that takes any number of samples, where the graph may fix one. Default false. */
  readonly anyBatch?: boolean;
}

/**
 * The networks of files. Errors get the name of the public function that was called.
 *
 * @param isConstant - True for the params that the spec leaves out, as values of the function. No unit moves in them.
 */
export async function networksOfGraphs<Output extends Tensor | NamedTensorMap>(
  files: readonly Uint8Array[],
  { externalData = [], outputs, anyBatch = false, ...options }: GraphsOptions,
  isConstant: (name: string) => boolean = () => false,
): Promise<OnnxNetworks<Output>> {
  if (files.length === 0) {
    throw invalid('there are no files', 'Pass the bytes of one .onnx file or more', {
      param: 'files',
    });
  }
  const open = files.map((bytes, k) =>
    aboutFile(files, k, () => openGraph(bytes, externalData[k])),
  );
  const graphs = separateUses(open.map(({ graph }) => graph));
  const program = buildProgram(graphs[0], open[0].source, outputs);
  const params: Params[] = [];
  try {
    const names = new Set(program.weights.map(({ name }) => name));
    for (const [k, { source }] of open.entries()) {
      const weights = weightsOf({ ...graphs[0], tensors: graphs[k].tensors });
      params.push(
        aboutFile(files, k, () =>
          weightTensors(
            weights.filter(({ name }) => names.has(name)),
            source,
          ),
        ),
      );
    }
    const forward = programForward<Output>(anyBatch ? withAnyBatch(program) : program);
    const { own, constants } = divided(params[0], isConstant);
    const forwardOwn: ModelForward<OnnxInput, Output> = (each, x) =>
      forward({ ...each, ...constants }, x);
    const spec = await deriveModelSpec(
      forwardOwn,
      own,
      () => declaredInputs(program, options.inputShape),
      options,
    );
    return {
      params,
      forward,
      spec,
      inputs: program.inputs.map(describedValue),
      outputs: program.outputs.map((name) =>
        describedValue(
          graphs[0].outputs.find((output) => output.name === name) ?? {
            name,
            type: 0,
            shape: undefined,
          },
        ),
      ),
      warnings: spec.derivation?.warnings ?? [],
    };
  } catch (error) {
    dispose(params);
    throw error;
  }
}

/** Params divided into those of the spec and constants. */
function divided(
  params: Params,
  isConstant: (name: string) => boolean,
): { readonly own: Params; readonly constants: Params } {
  const [own, constants]: Params[] = [{}, {}];
  for (const [name, tensor] of Object.entries(params)) {
    (isConstant(name) ? constants : own)[name] = tensor;
  }
  return { own, constants };
}

/** The result of `work` on one of several files. Errors say which. */
function aboutFile<T>(files: readonly Uint8Array[], k: number, work: () => T): T {
  return files.length === 1 ? work() : about(`file ${k}`, work);
}

/** An input or output in public terms. */
function describedValue({
  name,
  type,
  shape,
}: {
  readonly name: string;
  readonly type: number;
  readonly shape: OnnxValue['shape'];
}): OnnxValue {
  return { name, type: type === 0 ? '' : elementType(type).name, shape };
}
