import type { TensorSource, TracedCall } from '../capture/tracedCall';
import { axisOf } from '../labels/rules/rule';
import { dataflowOf } from '../replay/dataflow';
import { type CallLetters, callLetters } from './callLetters';
import { CONSUMES, type Mark, PRODUCES, UNSURE } from './mark';
import { moverOf } from './moverOf';
import { linearAlong, type Part, wholePart } from './part';

/** A tensor that is computed from parameters alone. */
interface Weight {
  readonly shape: readonly number[];
  readonly parts: readonly Part[];
}

/** An input of a call that is a weight. */
interface Operand extends Weight {
  readonly name: string;
  /** Its index among the inputs. */
  readonly at: number;
}

/**
 * The uses of parameters in a forward pass. Where a weight meets data, its axes that come to the result produce units
 * and those that are added over consume them.
 *
 * @param shapes - The shape of each parameter.
 */
export function parameterMarks(
  calls: readonly TracedCall[],
  shapes: ReadonlyMap<string, readonly number[]>,
): Mark[] {
  const { isData } = dataflowOf(calls);
  const marks: Mark[] = [];
  const known = new Map<string, Weight>();
  const weightOf = (source: TensorSource): Weight | null => {
    if (source.kind === 'param') {
      const shape = shapes.get(source.name)!;
      return { shape, parts: [wholePart(source.name, shape)] };
    }
    return source.kind === 'call' ? (known.get(`${source.call} ${source.output}`) ?? null) : null;
  };
  for (const call of calls) {
    const sources = Object.entries(call.inputs);
    const operands = sources.flatMap(([name, source], at): Operand[] => {
      const weight = weightOf(source);
      return weight ? [{ ...weight, name, at }] : [];
    });
    if (operands.length === 0) continue;
    if (sources.some(([, source]) => isData(source))) marks.push(...usesWithData(call, operands));
    else {
      const result = weightResult(call, operands, sources.length);
      marks.push(...result.marks);
      result.outputs.forEach((parts, output) => {
        known.set(`${call.index} ${output}`, { shape: call.shapes[output], parts });
      });
    }
  }
  return marks;
}

/** The marks of an axis of an operand. */
function marksOn({ parts }: Weight, axis: number, role: number): Mark[] {
  return parts.flatMap((part) =>
    (part.axes[axis]?.digits ?? []).map((digit) => ({
      part,
      digit,
      role: role === CONSUMES && !digit.linear ? UNSURE : role,
    })),
  );
}

function marksOnAll(weight: Weight, role: number): Mark[] {
  return weight.shape.flatMap((_, axis) => marksOn(weight, axis, role));
}

/** The roles of weights that meet data. */
function usesWithData(call: TracedCall, operands: readonly Operand[]): Mark[] {
  const { kernel, attrs } = call;
  if (kernel === 'Concat' || kernel === 'Pack') {
    return operands.flatMap((each) => marksOnAll(each, PRODUCES));
  }
  if (kernel === 'GatherV2' || kernel === 'GatherNd') {
    return operands.flatMap((each) => {
      const picks = each.name === 'indices' || each.name === 'segmentIds';
      const first = kernel === 'GatherV2' ? axisOf(attrs.axis, each.shape.length) : 0;
      return each.shape.flatMap((_, axis) =>
        marksOn(each, axis, picks || axis <= first ? UNSURE : PRODUCES),
      );
    });
  }
  const letters = lettersOf(call, operands);
  if (!letters) return operands.flatMap((each) => marksOnAll(each, UNSURE));
  return operands.flatMap((each) =>
    each.shape.flatMap((_, axis) => {
      const letter = letters.operands.get(each.name)?.[axis] ?? null;
      if (letter === null) return [];
      if (letters.result.includes(letter)) return marksOn(each, axis, PRODUCES);
      return marksOn(each, axis, letters.kind === 'sum' ? CONSUMES : UNSURE);
    }),
  );
}

function lettersOf(call: TracedCall, operands: readonly Operand[]): CallLetters | null {
  return callLetters(call, new Map(operands.map(({ name, shape }) => [name, shape])));
}

/** The parts of the outputs of a call on weights alone, and what is certain of its inputs' roles. */
interface WeightResult {
  readonly outputs: readonly (readonly Part[])[];
  readonly marks: readonly Mark[];
}

function weightResult(
  call: TracedCall,
  operands: readonly Operand[],
  inputs: number,
): WeightResult {
  const move = moverOf(call.kernel);
  if (move) return movedResult(call, operands, move, inputs);
  const none = call.shapes.map(() => []);
  if (isUnary(call, operands, inputs)) {
    const [{ parts }] = operands;
    const isLinear = call.kernel === 'Neg';
    return { outputs: [parts.map((part) => linearAlong(part, () => isLinear))], marks: [] };
  }
  const letters = lettersOf(call, operands);
  return letters && call.shapes.length === 1
    ? expressionResult(call, operands, letters, inputs)
    : { outputs: none, marks: operands.flatMap((each) => marksOnAll(each, UNSURE)) };
}

/** True for a function of each element of one tensor. */
function isUnary(
  { kernel, shapes }: TracedCall,
  [first]: readonly Operand[],
  inputs: number,
): boolean {
  const mixes = /^(Softmax|LogSoftmax|Cum|FFT|IFFT|LRN|TopK|OneHot|Mirror|Flip|Rotate)/.test(
    kernel,
  );
  return inputs === 1 && !mixes && shapes.length === 1 && shapes[0].join() === first.shape.join();
}

function movedResult(
  call: TracedCall,
  operands: readonly Operand[],
  move: NonNullable<ReturnType<typeof moverOf>>,
  inputs: number,
): WeightResult {
  const shapes = Array.from(
    { length: inputs },
    (_, at) => operands.find((each) => each.at === at)?.shape ?? null,
  );
  const outputs: Part[][] = call.shapes.map(() => []);
  const marks: Mark[] = [];
  for (const { parts, shape, at } of operands) {
    for (const part of parts) {
      const moved = move(call, { part, shape, at, shapes });
      if (moved.includes(undefined)) {
        marks.push(...marksOnAll({ shape, parts: [part] }, UNSURE));
        continue;
      }
      moved.forEach((own, output) => {
        if (own) outputs[output].push(own);
      });
    }
  }
  return { outputs, marks };
}

/** The result of an expression of weights: each part keeps the digits of its axes that come to the result. */
function expressionResult(
  call: TracedCall,
  operands: readonly Operand[],
  { operands: letters, result, kind }: CallLetters,
  inputs: number,
): WeightResult {
  const [shape] = call.shapes;
  const marks: Mark[] = [];
  const parts = operands.flatMap((each) => {
    const own = letters.get(each.name)!;
    const others = operands.filter((other) => other !== each);
    const meets = (letter: string) =>
      others.some((other) => letters.get(other.name)!.includes(letter));
    own.forEach((letter, axis) => {
      if (letter === null || result.includes(letter)) return;
      marks.push(...marksOn(each, axis, kind !== 'sum' || meets(letter) ? UNSURE : CONSUMES));
    });
    const keeps = linearity(call, each, operands.length === inputs, meets);
    return each.parts.map((part) => {
      const linear = linearAlong(part, (axis) => own[axis] !== null && keeps(own[axis]));
      return {
        ...part,
        axes: shape.map((_, k) => {
          const axis = own.indexOf(result[k]);
          return axis === -1 ? { start: 0, digits: [] } : linear.axes[axis];
        }),
      };
    });
  });
  return { outputs: [parts], marks };
}

/** The letters along which an expression is linear in an operand. */
function linearity(
  { kernel }: TracedCall,
  { name }: Operand,
  isAllWeights: boolean,
  meets: (letter: string) => boolean,
): (letter: string) => boolean {
  switch (kernel) {
    case 'Add':
    case 'AddN':
    case 'Sub':
      return (letter) => isAllWeights && meets(letter);
    case 'Multiply':
      return (letter) => !meets(letter);
    case 'RealDiv':
      return (letter) => name === 'a' && !meets(letter);
    case 'BatchMatMul':
    case '_FusedMatMul':
    case 'Einsum':
    case 'Sum':
    case 'Mean':
      return () => true;
    default:
      return () => false;
  }
}
