import {
  CLEAR,
  type FeatureScales,
  featureScales,
  largestDifferences,
  type OutputValues,
  type ReferencePasses,
} from './featureScales';
import type { ComparedTensor, ForwardPass } from './forwardPass';
import { type TensorView, tensorViews, wholeView } from './tensorViews';

/** A comparison of forward passes with the network's own, output by output. */
export interface OutputJudge {
  /** The names of the compared outputs. */
  readonly names: readonly string[];
  /**
   * The error of each output: the largest (|difference| − rounding)⁺ / spread over its features. A feature without a
   * spread is measured in units of rounding.
   */
  errorsOf(after: ForwardPass): Readonly<Record<string, number>>;
  /** The resolution of each output: the largest rounding / range of its features; infinite if none varies. */
  readonly resolutions: Readonly<Record<string, number>>;
  /** Notes on selections that were compared, and on outputs that vary too little. */
  readonly warnings: readonly string[];
}

/** One output in all passes. */
interface Output {
  readonly name: string;
  readonly first: ComparedTensor;
  /** The indices of the inputs for which it is returned. */
  readonly inputs: readonly number[];
  readonly passes: ReferencePasses;
  readonly views: readonly { readonly view: TensorView; readonly scales: FeatureScales }[];
}

/**
 * A judge with the scales of each output, taken from three passes; see {@link ReferencePasses}.
 *
 * @param epsilon - The unit of rounding of the backend.
 */
export function createOutputJudge(
  before: ForwardPass,
  varied: ForwardPass,
  rounded: ForwardPass,
  epsilon: number,
): OutputJudge {
  const names = [...new Set(before.flat().map(({ name }) => name))];
  const outputs = names.map((name): Output => {
    const inputs = before.flatMap((list, i) =>
      list.some((each) => each.name === name) ? [i] : [],
    );
    const tensors = inputs.map((i) => tensorOf(before, i, name)!);
    const passes = {
      before: tensors.map(({ values }) => values),
      varied: valuesOf(varied, inputs, name),
      rounded: valuesOf(rounded, inputs, name),
    };
    const views = tensorViews(tensors.map(({ shape }) => shape)).map((view) => ({
      view,
      scales: featureScales(view, passes, epsilon),
    }));
    return { name, first: tensors[0], inputs, passes, views };
  });

  return {
    names,
    errorsOf: (after) =>
      Object.fromEntries(outputs.map((output) => [output.name, errorOf(output, after, epsilon)])),
    resolutions: Object.fromEntries(outputs.map((output) => [output.name, resolutionOf(output)])),
    warnings: outputs.flatMap(warningsOf),
  };
}

/** The error of one output. Values that a kernel selects from may be in any order. */
function errorOf(output: Output, after: ForwardPass, epsilon: number): number {
  const { name, inputs, passes, views, first } = output;
  const values = valuesOf(after, inputs, name);
  if (values.some(({ length }, i) => length !== passes.before[i].length)) {
    // If a selection is no longer made, the returned outputs differ.
    return first.isSelectedFrom ? 0 : Number.POSITIVE_INFINITY;
  }
  const error = Math.max(
    0,
    ...views.map(({ view, scales }) => errorIn(view, scales, passes.before, values)),
  );
  if (error === 0 || !first.isSelectedFrom) return error;
  const ordered = {
    before: sorted(passes.before),
    varied: sorted(passes.varied),
    rounded: sorted(passes.rounded),
  };
  const scales = featureScales(wholeView, ordered, epsilon);
  return Math.min(error, errorIn(wholeView, scales, ordered.before, sorted(values)));
}

function errorIn(
  view: TensorView,
  { spread, rounding }: FeatureScales,
  before: OutputValues,
  after: OutputValues,
): number {
  return largestDifferences(view, before, after).reduce(
    (largest, apart, f) =>
      apart > rounding[f]
        ? Math.max(largest, (apart - rounding[f]) / (spread[f] || rounding[f]))
        : largest,
    0,
  );
}

/** The features that vary, and those among them whose range is less than ten times rounding (`faint`). */
function blurred({ views: [{ scales }] }: Output) {
  const { range, rounding } = scales;
  const varying = Array.from(range.keys()).filter((f) => range[f] > 0);
  return { varying, faint: varying.filter((f) => rounding[f] > range[f] / CLEAR) };
}

function resolutionOf(output: Output): number {
  const { range, rounding } = output.views[0].scales;
  const { varying } = blurred(output);
  return varying.reduce(
    (largest, f) => Math.max(largest, rounding[f] / range[f]),
    varying.length > 0 ? 0 : Number.POSITIVE_INFINITY,
  );
}

function warningsOf(output: Output): string[] {
  const { name, first } = output;
  if (first.isSelectedFrom) {
    return [`the values that ${name} selects from were compared too, since rounding decides ties`];
  }
  if (!first.isComputed) return [];
  const { varying, faint } = blurred(output);
  if (varying.length === 0) {
    return [
      `'${name}' is the same for all samples and under other weights: it cannot reveal a wrong spec`,
    ];
  }
  if (faint.length === 0) return [];
  const { view, scales } = output.views[0];
  const worst = faint.reduce((a, b) =>
    scales.rounding[a] / scales.range[a] > scales.rounding[b] / scales.range[b] ? a : b,
  );
  const at = view.count === 1 ? '' : `, at ${faint.length} of ${view.count} ${view.of}`;
  return [
    `rounding hides changes of '${name}' up to ${brief(scales.rounding[worst])}${at}, where it varies by ${brief(scales.range[worst])}`,
  ];
}

const brief = (value: number): string => value.toPrecision(2);

function tensorOf(pass: ForwardPass, input: number, name: string): ComparedTensor | undefined {
  return pass[input].find((each) => each.name === name);
}

function valuesOf(pass: ForwardPass, inputs: readonly number[], name: string): OutputValues {
  return inputs.map((i) => tensorOf(pass, i, name)?.values ?? []);
}

/** All values, ascending. */
function sorted(values: OutputValues): OutputValues {
  return [Float32Array.from(values.flatMap((each) => Array.from(each))).sort()];
}
