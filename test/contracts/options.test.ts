import { InvalidInputError } from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { type Called, type Declared, declared } from '../support/declaredOptions';

/** The error of a function that is given nothing but options. */
async function refusal({ at }: Declared, called: Called, given: unknown): Promise<Error> {
  const args = Array.from({ length: at }, () => ({}));
  try {
    await called(...args, given);
  } catch (error) {
    return error as Error;
  }
  throw new Error('it was not refused');
}

it('finds the functions that take options', () => {
  const names = declared.map(([name]) => name);
  expect(names.length).toBeGreaterThan(45);
  const booleans = declared.flatMap(([, each]) => each.booleans);
  expect(new Set(booleans).size).toBeGreaterThan(10);
  expect(names).toEqual(
    expect.arrayContaining(['weightMatch', 'iterativeMagnitudePruning', 'startThreads', 'average']),
  );
});

describe.each(declared)('%s', (name, each, called) => {
  it('refuses an option that it does not have, and lists those it has', async () => {
    const error = await refusal(each, called, { surelyNotAnOption: 1 });
    expect(error).toBeInstanceOf(InvalidInputError);
    const [, told, remedy] = /^(.*?'surelyNotAnOption'.*?)\. (.*)\.$/s.exec(error.message)!;
    expect(told.startsWith(`${name}: `)).toBe(true);
    expect(remedy.replace('The options are: ', '').split(', ').sort()).toEqual(each.options);
  });

  it('accepts the names that its type has', async () => {
    for (const option of each.options) {
      const error = await refusal(each, called, { [option]: 1, surelyNotAnOption: 1 });
      expect(error.message).toContain("no option 'surelyNotAnOption'");
    }
  });

  it('names the nearest option, and lets undefined pass', async () => {
    const [option] = each.options;
    const misspelt = `${option}s`;
    if (!each.options.includes(misspelt)) {
      const error = await refusal(each, called, { surelyNotAnOption: undefined, [misspelt]: 1 });
      expect(error.message).toContain(`no option '${misspelt}'; the nearest is '${option}'`);
    }
  });

  it('refuses what is no boolean, no signal and no function', async () => {
    const long = ['signal', 'onProgress'].filter((option) => each.options.includes(option));
    for (const option of [...each.booleans, ...long]) {
      for (const given of ['yes', 1, null, {}]) {
        const error = await refusal(each, called, { [option]: given });
        expect(error).toBeInstanceOf(InvalidInputError);
        expect(error.message).toMatch(new RegExp(`^${name}: ${option} must be (true or|an|a) `));
      }
    }
  });

  it.each([5, 'fast', null, true, new Map(), Promise.resolve({})])(
    'refuses %s in place of options',
    async (given) => {
      const error = await refusal(each, called, given);
      expect(error).toBeInstanceOf(InvalidInputError);
      expect(error.message).toMatch(new RegExp(`^${name}: options must be an object, received `));
    },
  );
});
