import * as tf from '@tensorflow/tfjs-core';
import * as api from 'perm-lmc';
import { groupSizes, InvalidInputError, interpolate, type Params, permutationSpec } from 'perm-lmc';
import * as node from 'perm-lmc/node';
import * as plots from 'perm-lmc/plots';
import { beforeAll, describe, expect, it } from 'vitest';
import { about, invalid, named } from '../src/errors';
import { useBackend } from './support/backend';

beforeAll(() => useBackend('cpu'));

/** The error that `work` throws or rejects with. */
async function errorOf(work: () => unknown): Promise<InvalidInputError> {
  try {
    await work();
  } catch (error) {
    return error as InvalidInputError;
  }
  throw new Error('nothing was thrown');
}
/** A network of zeros with parameters of these shapes. */
function zeros(shapes: Record<string, number[]>): Params {
  return Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, tf.zeros(shape)]));
}

const fail = (): never => {
  throw invalid('bias is 3', 'Pass 2', { param: 'bias', axis: 0, received: 3 });
};

describe('an InvalidInputError', () => {
  it('has its parts as fields and its message made of them', async () => {
    const error = await errorOf(() => named('permute', () => about("network 'b'", fail)));
    expect(error).toBeInstanceOf(InvalidInputError);
    expect({ ...error }).toMatchObject({
      fn: 'permute',
      subject: "network 'b'",
      problem: 'bias is 3',
      remedy: 'Pass 2',
      param: 'bias',
      axis: 0,
      received: 3,
    });
    expect(error.message).toBe("permute: network 'b': bias is 3. Pass 2.");
  });

  it('begins its stack with the whole message', async () => {
    const { stack } = await errorOf(() => named('permute', fail));
    expect(stack?.split('\n')[0]).toMatch(/Error: permute: bias is 3\. Pass 2\.$/);
  });

  it.each([
    ['x is 1', 'Pass 2', 'x is 1. Pass 2.'],
    ['the kernel is not there yet.', 'Pass 2', 'the kernel is not there yet. Pass 2.'],
    ['x is NaN', 'Did the training diverge?', 'x is NaN. Did the training diverge?'],
  ])('of %j and %j ends each sentence once', (problem, remedy, message) => {
    expect(invalid(problem, remedy).message).toBe(message);
  });

  it('shows controls, line ends and invisible characters by their codes', async () => {
    const name = 'a\x1b[2J\x9b\nb\u202e\ud800';
    const { problem, remedy, subject } = await errorOf(() =>
      about(name, () => {
        throw invalid(name, name);
      }),
    );
    const shown = String.raw`a\u{1b}[2J\u{9b}\nb\u{202e}\u{d800}`;
    expect([problem, remedy, subject]).toEqual([shown, shown, shown]);
  });

  it('shortens long parts of hidden characters', () => {
    expect(invalid('\x1b'.repeat(1e5), 'Pass 2').problem).toHaveLength(1000);
  });

  it('shortens long parts in their middles', async () => {
    const error = await errorOf(() =>
      about('s'.repeat(1e6), () => {
        throw invalid(`first ${'p'.repeat(1e6)} last`, 'r'.repeat(1e6), { received: 'p' });
      }),
    );
    expect(error.problem).toMatch(/^first p+…p+ last$/);
    expect(error.problem).toHaveLength(1000);
    expect(error.message.length).toBeLessThan(3100);
    expect(error.stack!.length).toBeLessThan(10_000);
  });

  it('keeps its cause, and has none where none was given', async () => {
    const cause = new Error('inner');
    expect(invalid('a', 'b', { cause }).cause).toBe(cause);
    expect(Object.hasOwn(invalid('a', 'b'), 'cause')).toBe(false);
  });

  it.each([
    ['synchronous', () => fail()],
    ['asynchronous', async () => fail()],
  ])('is named when %s work fails', async (_, work) => {
    expect((await errorOf(() => named('barrier', work))).fn).toBe('barrier');
  });

  it('is named once: by the function that the caller called', async () => {
    const own = () => named('weightMatch', fail); // In a callback of the caller's.
    const { fn, message } = await errorOf(() =>
      named('weakConnectivity', () => about('a and b', own)),
    );
    expect([fn, message]).toEqual(['weightMatch', 'weightMatch: bias is 3. Pass 2.']);
  });

  it('lists subjects from the outer to the inner', async () => {
    const nested = () => about('the pair', () => about('b', fail));
    expect((await errorOf(nested)).message).toBe('the pair: b: bias is 3. Pass 2.');
  });

  it('leaves other errors and results alone', async () => {
    const other = new TypeError('another');
    const thrown = await errorOf(() =>
      named('permute', () => {
        throw other;
      }),
    );
    expect(thrown).toBe(other);
    expect(thrown.message).toBe('another');
    expect(named('permute', () => 5)).toBe(5);
    expect(await named('permute', async () => 6)).toBe(6);
  });

  it.each([
    {
      what: 'a pattern that cannot be parsed',
      work: () => permutationSpec({ kernel: '(4 h' }),
      fields: { fn: 'permutationSpec', param: 'kernel', axis: undefined, received: '(4 h' },
    },
    {
      what: 'an axis with two sizes to infer',
      work: () => permutationSpec({ kernel: '_ (_ h _)' }),
      fields: { fn: 'permutationSpec', param: 'kernel', axis: 1, received: '_ (_ h _)' },
    },
    {
      what: 'an axis whose size contradicts another',
      work: () =>
        groupSizes(permutationSpec({ a: '_ h', b: 'h _' }), zeros({ a: [2, 3], b: [4, 2] })),
      fields: { fn: 'groupSizes', param: 'b', axis: 0, received: 4 },
    },
    {
      what: 'an axis whose size does not fit its pattern',
      work: () => groupSizes(permutationSpec({ a: '_ (4 h)' }), zeros({ a: [2, 6] })),
      fields: { fn: 'groupSizes', param: 'a', axis: 1, received: 6 },
    },
    {
      what: 'an axis whose groups stay ambiguous',
      work: () => groupSizes(permutationSpec({ a: '(g h)' }), zeros({ a: [6] })),
      fields: { fn: 'groupSizes', param: 'a', axis: 0, received: 6 },
    },
    {
      what: 'a group on an axis without its parent',
      work: () =>
        groupSizes(permutationSpec({ a: '_ d[h]', b: 'h' }), zeros({ a: [2, 6], b: [3] })),
      fields: { fn: 'groupSizes', param: 'a', axis: 1, received: 'd[h]' },
    },
    {
      what: 'an axis of another size in a second network',
      work: () => interpolate(zeros({ a: [2, 3] }), zeros({ a: [2, 4] }), 0.5),
      fields: { fn: 'interpolate', param: 'a', axis: 1, received: [2, 4] },
    },
    {
      what: 'another rank in a second network',
      work: () => interpolate(zeros({ a: [2, 3] }), zeros({ a: [6] }), 0.5),
      fields: { fn: 'interpolate', param: 'a', axis: undefined, received: [6] },
    },
  ])('has fields for the parameter and the axis of $what', async ({ work, fields }) => {
    const { fn, param, axis, received } = await errorOf(work);
    expect({ fn, param, axis, received }).toEqual(fields);
  });
});

const functions = Object.entries({ ...api, ...node, ...plots }).filter(
  ([name, value]) => typeof value === 'function' && /^[a-z]/.test(name),
) as [string, (...values: unknown[]) => unknown][];

describe('every public function', () => {
  // What one is given does not matter here, as long as some of them refuse it.
  const arguments_: unknown[][] = [
    [],
    [null],
    [5, 5, 5, 5],
    ['', {}, {}],
    [{}, {}, {}],
    [[], [], []],
  ];

  it.each(functions)(
    '%s puts its own name, and no other, on errors about what it was given',
    async (name, call) => {
      for (const values of arguments_) {
        let error: unknown = null;
        try {
          await call(...values);
        } catch (thrown) {
          error = thrown;
        }
        if (!(error instanceof InvalidInputError)) continue;
        expect(error.fn).toBe(name);
        expect(error.message.startsWith(`${name}: `)).toBe(true);
        expect(error.message).toContain(error.problem);
      }
    },
  );
});
