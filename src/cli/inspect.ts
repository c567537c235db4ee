import { about } from '../errors';
import { type CheckpointSummary, inspectCheckpoint, readOnnx, type TensorSummary } from '../node';
import type { GraphValue, OnnxSummary } from '../onnx/internal';
import { EXIT } from './exit';
import { progressLine } from './progressLine';
import { type OutputOptions, type Session, tell } from './session';
import { tableLines } from './tableLines';

/** The options of `inspect`. */
export interface InspectFlags extends OutputOptions {
  readonly values?: boolean;
  readonly key?: string;
}

/** `perm-lmc inspect FILE`: lists the tensors of a checkpoint. Returns the exit code. */
export async function inspect(session: Session, file: string, flags: InspectFlags) {
  const line = progressLine(session, flags);
  const summary = await inspectCheckpoint(file, {
    values: flags.values ?? false,
    key: flags.key,
    signal: session.signal,
    onProgress: ({ done, total, tensor }) => line.show(`reading ${done}/${total}  ${tensor}`),
  }).finally(() => line.clear());
  const { tensors, metadata } = summary;
  const graph = summary.format === 'ONNX' ? await graphOf(session, file) : null;
  const document = {
    command: 'inspect',
    file,
    format: summary.format,
    parameters: sum(tensors, ({ size }) => size),
    bytes: sum(tensors, ({ bytes }) => bytes),
    metadata,
    ...graph,
    tensors,
  };
  tell(session, flags, document, () => [
    ...lines(file, summary),
    ...(graph ? graphLines(graph) : []),
  ]);
  const isSound = tensors.every(({ values }) => !values?.notFinite);
  return isSound ? EXIT.done : EXIT.badInput;
}

function lines(file: string, { tensors, metadata }: CheckpointSummary): string[] {
  const parameters = sum(tensors, ({ size }) => size);
  const bytes = sum(tensors, (tensor) => tensor.bytes);
  return [
    `${file}: ${tensors.length} tensors, ${parameters} parameters, ${inUnits(bytes)}`,
    ...tableLines(
      tensors.map((tensor) => [
        tensor.name,
        tensor.dtype,
        `[${tensor.shape}]`,
        inUnits(tensor.bytes),
        range(tensor),
      ]),
    ),
    ...Object.entries(metadata).map(([key, value]) => `metadata ${key}: ${value}`),
  ];
}

/** The graph of an ONNX file. */
async function graphOf({ signal }: Session, file: string): Promise<OnnxSummary> {
  const { bytes, externalData } = await readOnnx(file, { signal });
  const { onnxSummary } = await import('../onnx/internal');
  return about(`'${file}'`, () => onnxSummary(bytes, externalData));
}

function graphLines({ producer, opsets, inputs, outputs, operators }: OnnxSummary): string[] {
  const value = ({ name, dtype, shape }: GraphValue) =>
    `${name} ${dtype ?? ''} [${shape?.map((size) => size ?? '?') ?? '…'}]`;
  const uses = operators.map(({ name, count, supported }) => [
    name,
    `${count}`,
    supported ? '' : 'not supported',
  ]);
  return [
    `producer ${producer || 'unknown'}`,
    ...Object.entries(opsets).map(([domain, version]) => `opset ${domain} ${version}`),
    ...inputs.map((each) => `input ${value(each)}`),
    ...outputs.map((each) => `output ${value(each)}`),
    'operators:',
    ...tableLines(uses),
  ];
}

function range({ values }: TensorSummary): string {
  if (!values) return '';
  const { least, greatest, notFinite, firstNotFinite } = values;
  const spread = least === null ? '' : `${least.toPrecision(4)} … ${greatest!.toPrecision(4)}`;
  const wrong =
    notFinite === 0 ? '' : `${notFinite} not finite, the first at flat index ${firstNotFinite}`;
  return [spread, wrong].filter((part) => part !== '').join(', ');
}

function inUnits(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let [value, at] = [bytes, 0];
  while (value >= 1000 && at < units.length - 1) [value, at] = [value / 1000, at + 1];
  return `${at === 0 ? value : value.toPrecision(3)} ${units[at]}`;
}

function sum(tensors: readonly TensorSummary[], of: (tensor: TensorSummary) => number): number {
  return tensors.reduce((total, tensor) => total + of(tensor), 0);
}
