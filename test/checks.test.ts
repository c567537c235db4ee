import { describe, expect, it } from 'vitest';
import {
  argumentIn,
  assertChoice,
  assertFunction,
  assertInteger,
  assertObject,
  assertOptions,
  isPromise,
  kindOf,
  listNames,
  nearestNames,
} from '../src/checks';
import { InvalidInputError } from '../src/errors';

class Network {}

describe('assertChoice', () => {
  it('lets every choice pass', () => {
    for (const each of ['a', 'b', 'c']) assertChoice('x', each, ['a', 'b', 'c']);
  });

  it('names the choices, what it received and the default', () => {
    const work = () => assertChoice('order', 'sideways', ['up', 'down', 'none']);
    expect(work).toThrow(InvalidInputError);
    expect(work).toThrow(
      "order must be 'up', 'down' or 'none', received sideways. Leave it out for 'up'.",
    );
  });

  it.each([null, undefined, 1, ['a']])('refuses %j', (value) => {
    expect(() => assertChoice('x', value, ['a', 'b'])).toThrow(/must be 'a' or 'b'/);
  });
});

describe('assertFunction', () => {
  it('takes a function alone', () => {
    assertFunction('forward', () => 1, 'Pass one');
    expect(() => assertFunction('forward', { forward: 1 }, 'Pass one')).toThrow(
      'forward must be a function, received an object. Pass one.',
    );
  });
});

describe('assertInteger', () => {
  it.each([
    [2, 2, undefined],
    [7, 2, undefined],
    [0, 0, 3],
    [3, 0, 3],
  ])('takes %d of %d … %s', (value, least, most) => {
    expect(() => assertInteger('n', value, least, 'Count', most)).not.toThrow();
  });

  it.each([1, 2.5, Number.NaN, Number.POSITIVE_INFINITY, '3', null, undefined])(
    'refuses %s where it must be at least 2',
    (value) => {
      expect(() => assertInteger('n', value, 2)).toThrow(
        `n must be an integer ≥ 2, received ${value}. Leave it out for the default.`,
      );
    },
  );

  it.each([-1, 4])('refuses %d of 0 … 3', (value) => {
    expect(() => assertInteger('from', value, 0, 'It is an index', 3)).toThrow(
      `from must be an integer in 0 … 3, received ${value}. It is an index.`,
    );
  });
});

describe('assertObject', () => {
  it('takes an object', () => {
    expect(() => assertObject('options', {}, 'Pass { seed }')).not.toThrow();
  });

  it.each([
    [5, 'a number'],
    [null, 'null'],
    [[1], 'an array'],
    ['x', 'a string'],
  ])('refuses %j', (value, kind) => {
    expect(() => assertObject('options', value, 'Pass { seed }')).toThrow(
      `options must be an object, received ${kind}. Pass { seed }.`,
    );
  });
});

describe('isPromise', () => {
  it('tells what can be awaited from what cannot', () => {
    // biome-ignore lint/suspicious/noThenProperty: a thenable is what is tested.
    const thenable = { then: () => {} };
    expect([Promise.resolve(1), thenable].map(isPromise)).toEqual([true, true]);
    expect([null, undefined, 1, {}, 'then'].some(isPromise)).toBe(false);
  });
});

describe('kindOf', () => {
  it.each([
    [null, 'null'],
    [undefined, 'undefined'],
    [5, 'a number'],
    ['5', 'a string'],
    [true, 'a boolean'],
    [() => 1, 'a function'],
    [[], 'an array'],
    [{}, 'an object'],
    [Object.create(null), 'an object'],
    [new Network(), 'Network'],
    [Promise.resolve(), 'Promise'],
    [new Float32Array(1), 'Float32Array'],
  ])('calls %s %s', (value, kind) => {
    expect(kindOf(value)).toBe(kind);
  });
});

describe('argumentIn', () => {
  it('is the name of an argument, and nothing for a phrase', () => {
    expect(argumentIn('sequenceA[0]')).toBe('sequenceA[0]');
    expect(argumentIn("the permutation of group 'h'")).toBe(undefined);
  });
});

describe('listNames', () => {
  it('quotes up to four names and counts the others', () => {
    expect(listNames([])).toBe('');
    expect(listNames(['a'])).toBe("'a'");
    expect(listNames(['a', 'b', 'c', 'd'])).toBe("'a', 'b', 'c', 'd'");
    expect(listNames(['a', 'b', 'c', 'd', 'e', 'f'])).toBe("'a', 'b', 'c', 'd' and 2 more");
  });
});

interface Options {
  readonly restarts?: number;
  readonly seed?: number;
}

const known = { restarts: true, seed: true } as const;
const check = (options: object) => () => assertOptions(options as Options, known);

it('lets known options pass, and those that are undefined', () => {
  for (const options of [{}, { seed: 1 }, { restarts: 2, seed: 0 }, { other: undefined }]) {
    expect(check(options)).not.toThrow();
  }
});

it('names the unknown option, the nearest known one and all', () => {
  expect(check({ restart: 3 })).toThrow(InvalidInputError);
  expect(check({ restart: 3 })).toThrow(
    "there is no option 'restart'; the nearest is 'restarts'. The options are: restarts, seed.",
  );
  expect(check({ Seed: 3 })).toThrow("the nearest is 'seed'");
  // s-e-e-d from s-e-e-k is one replacement; restarts from it takes more.
  expect(check({ seek: 3 })).toThrow("the nearest is 'seed'");
});

it('does not take what every object inherits for an option', () => {
  expect(check({ toString: 1 })).toThrow("no option 'toString'");
});

it.each([
  [[1, 2], 'an array'],
  [() => 1, 'a function'],
  ['fast', 'a string'],
  [null, 'null'],
])('refuses %s in place of options', (options, received) => {
  expect(check(options as never)).toThrow(`options must be an object, received ${received}`);
});

it('refuses what is no signal and what is no function, whichever options there are', () => {
  const working = (options: object) => () =>
    assertOptions(options as { signal?: AbortSignal; onProgress?: () => void }, {
      ...{ signal: true, onProgress: true },
    });
  const { signal } = new AbortController();
  expect(working({ signal, onProgress: () => {} })).not.toThrow();
  expect(working({ signal: { aborted: false } })).toThrow(
    'signal must be an AbortSignal, received an object',
  );
  expect(working({ onProgress: 'log' })).toThrow(
    'onProgress must be a function, received a string',
  );
});

it.each([
  ['assertChoice', () => assertChoice('order', 'sideways', ['up', 'down']), 'order', 'sideways'],
  ['assertFunction', () => assertFunction('forward', 5, 'Pass one'), 'forward', 5],
  ['assertInteger', () => assertInteger('restarts', 2.5, 1), 'restarts', 2.5],
  ['assertObject', () => assertObject('options', null, 'Pass { seed }'), 'options', null],
  ['assertOptions with no object', check('fast' as never), 'options', 'fast'],
  ['assertOptions with an unknown option', check({ seed: 1, restart: 3 }), 'restart', 3],
])('%s fills param and received', (_, work, param, received) => {
  let error: unknown = null;
  try {
    work();
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toBeInstanceOf(InvalidInputError);
  expect(error).toMatchObject({ param, received });
});

describe('nearestNames', () => {
  it('counts edits, and not case', () => {
    expect(nearestNames('Seek', ['start', 'seed', 'SEEKS'], 2)).toEqual(['seed', 'SEEKS']);
  });

  it('compares the ends of long names, in time that their lengths do not square', {
    timeout: 10_000,
  }, () => {
    const long = 'a.'.repeat(100_000);
    expect(nearestNames(`${long}weights`, [`${long}bias`, `${long}weight`], 1)).toEqual([
      `${long}weight`,
    ]);
  });
});
