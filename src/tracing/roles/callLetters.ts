import type { TracedCall } from '../capture/tracedCall';
import { axesOf, axisLetters } from '../labels/rules/rule';

/** A call as y[result] = Σ f(operands), in letters as in einsum. */
export interface CallLetters {
  /** The letters of the axes of each operand of known shape by name; null for an axis that is broadcast. */
  readonly operands: ReadonlyMap<string, readonly (string | null)[]>;
  /** The letters of the result's axes. */
  readonly result: readonly string[];
  /** - `'sum'`: f is a product of its operands, and what is not in the result is added.
   *  - `'elementwise'`: nothing is added.
   *  - `'other'`: what is not in the result is reduced in another way. */
  readonly kind: 'sum' | 'elementwise' | 'other';
}

const ELEMENTWISE = new Set(
  `Add AddN Atan2 BitwiseAnd Complex Equal EluGrad FloorDiv FusedBatchNorm Greater GreaterEqual Less LessEqual
   LogicalAnd LogicalOr LogicalXor Maximum Minimum Mod Multiply NotEqual Pow Prelu RealDiv Select
   SquaredDifference Sub`.split(/\s+/),
);

/**
 * The letters of a call; null for a kernel that is no such expression.
 *
 * @param shapes - The shapes of its operands, as far as they are known.
 */
export function callLetters(
  { kernel, attrs, inputs, shapes: [shape] }: TracedCall,
  shapes: ReadonlyMap<string, readonly number[]>,
): CallLetters | null {
  const rank = shape.length;
  if (ELEMENTWISE.has(kernel)) return elementwise(axisLetters(rank), []);
  switch (kernel) {
    case '_FusedMatMul':
    case 'BatchMatMul': {
      const batch = axisLetters(rank - 2);
      const last = [
        ['a', attrs.transposeA ? ['k', 'm'] : ['m', 'k']],
        ['b', attrs.transposeB ? ['n', 'k'] : ['k', 'n']],
      ] as const;
      const result = [...batch, 'm', 'n'];
      return expression(
        'sum',
        result,
        last.map(([name, own]) => [
          name,
          [...aligned(shapes.get(name)?.slice(0, -2), batch), ...own],
        ]),
      );
    }
    case 'Einsum': {
      const [terms, result] = String(attrs.equation).replace(/\s/g, '').split('->');
      if (result === undefined || terms.includes('.')) return null;
      const names = Object.keys(inputs);
      return expression(
        'sum',
        [...result],
        terms.split(',').map((letters, i) => [names[i], [...letters]]),
      );
    }
    case 'Conv2D':
    case 'Conv3D':
    case 'FusedConv2D':
      return convolution(['in', 'out'], 'x');
    case 'Conv2DBackpropInput':
    case 'Conv3DBackpropInputV2':
      return convolution(['out', 'in'], 'dy');
    case 'DepthwiseConv2dNative':
    case 'FusedDepthwiseConv2D':
    case 'Dilation2D':
      return elementwise(
        axisLetters(rank),
        [
          ['filter', ['w0', 'w1', ...(kernel === 'Dilation2D' ? ['c'] : ['c', 'c2'])]],
          ['x', axisLetters(rank)],
        ],
        ['w0', 'w1', 'c', 'c2'],
      );
    case 'All':
    case 'Any':
    case 'Max':
    case 'Mean':
    case 'Min':
    case 'Prod':
    case 'Sum':
    case 'ArgMax':
    case 'ArgMin': {
      const [[name, own] = ['x', []]] = shapes;
      const letters = axisLetters(own.length);
      const gone = axesOf(attrs.reductionIndices ?? attrs.axis, own.length);
      const result =
        rank === own.length
          ? letters.map((letter, axis) => (gone.includes(axis) ? `one ${letter}` : letter))
          : letters.filter((_, axis) => !gone.includes(axis));
      return expression(kernel === 'Sum' ? 'sum' : 'other', result, [[name, letters]]);
    }
    default:
      return null;
  }

  function convolution(channels: readonly string[], image: string): CallLetters {
    const window = axisLetters(rank - 2).map((letter) => `w${letter}`);
    const isFirst = String(attrs.dataFormat ?? '').startsWith('NC');
    const layout = (channel: string, space: string) => {
      const places = axisLetters(rank - 2).map((letter) => space + letter);
      return isFirst ? ['n', channel, ...places] : ['n', ...places, channel];
    };
    return expression('sum', layout('out', 'y'), [
      [image, layout('in', 'x')],
      ['filter', [...window, ...channels]],
    ]);
  }

  function elementwise(
    result: readonly string[],
    own: readonly (readonly [string, readonly string[]])[],
    more: readonly string[] = [],
  ): CallLetters {
    return { ...expression('elementwise', result, own), result: [...result, ...more] };
  }

  /** The expression. Operands that are not given are broadcast to the result. */
  function expression(
    kind: CallLetters['kind'],
    result: readonly string[],
    own: readonly (readonly [string, readonly (string | null)[]])[],
  ): CallLetters {
    const named = new Map(own);
    const operands = [...shapes].map(
      ([name, size]) => [name, named.get(name) ?? aligned(size, result)] as const,
    );
    return { operands: new Map(operands), result, kind };
  }
}

/** The letters of axes that are aligned with others at the right. */
function aligned(shape: readonly number[] = [], letters: readonly string[]): (string | null)[] {
  return shape.map((size, axis) =>
    size === 1 ? null : (letters[axis + letters.length - shape.length] ?? null),
  );
}
