import { join } from 'node:path';
import * as library from 'perm-lmc';
import * as node from 'perm-lmc/node';
import * as plots from 'perm-lmc/plots';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

/** A public function that takes options, as its sources declare it. */
interface Declared {
  readonly name: string;
  /** Which of its parameters the options are. */
  readonly at: number;
  /** The names of the options. */
  readonly options: readonly string[];
  /** The names of those that are true or false. */
  readonly booleans: readonly string[];
}

const root = join(import.meta.dirname, '../..');
const doors = { 'src/index.ts': library, 'src/node/index.ts': node, 'src/plots/index.ts': plots };
const files = Object.keys(doors).map((file) => join(root, file));
const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile);
const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
const program = ts.createProgram(files, { ...options, noEmit: true });
const checker = program.getTypeChecker();

/** Functions whose argument is solved by others; a solver takes the matrix and its size alone. */
const declared = Object.entries(doors).flatMap(([file, exports]) =>
  declaredIn(file).map((each) => [each.name, each, exports[each.name as never] as Called] as const),
);
type Called = (...args: unknown[]) => unknown;

function declaredIn(file: string): Declared[] {
  const source = program.getSourceFile(join(root, file))!;
  return checker.getExportsOfModule(checker.getSymbolAtLocation(source)!).flatMap((exported) => {
    const symbol =
      exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
    const declaration = symbol.valueDeclaration;
    if (!declaration || !ts.isFunctionDeclaration(declaration)) return [];
    const at = declaration.parameters.findIndex(isOptions);
    if (at < 0) return [];
    const found = propertiesOf(declaration.parameters[at]);
    const booleans = found.filter((property) => isBoolean(checker.getTypeOfSymbol(property)));
    return [{ name: exported.name, at, options: namesOf(found), booleans: namesOf(booleans) }];
  });
}

/** Whether a parameter is called options, or has a type for options or without a name. */
function isOptions(parameter: ts.ParameterDeclaration): boolean {
  const type = parameter.type?.getText() ?? '';
  return parameter.name.getText() === 'options' || /Options\b/.test(type) || /^\{/.test(type);
}

/** The properties of the type of a parameter, of every object type in a union. */
function propertiesOf(parameter: ts.ParameterDeclaration): ts.Symbol[] {
  const type = checker.getTypeAtLocation(parameter);
  const members = (type.isUnion() ? type.types : [type]).filter(
    (each) => !checker.isArrayType(each) && !/readonly number\[\]/.test(checker.typeToString(each)),
  );
  return members.flatMap((each) => checker.getPropertiesOfType(each));
}

function isBoolean(type: ts.Type): boolean {
  return checker.typeToString(checker.getNonNullableType(type)) === 'boolean';
}

function namesOf(properties: readonly ts.Symbol[]): string[] {
  return [...new Set(properties.map((property) => property.getName()))].sort();
}

/** What a function that is given nothing but options ends with. */
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
    expect(error).toBeInstanceOf(library.InvalidInputError);
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
        expect(error).toBeInstanceOf(library.InvalidInputError);
        expect(error.message).toMatch(new RegExp(`^${name}: ${option} must be (true or|an|a) `));
      }
    }
  });

  it.each([5, 'fast', null, true, new Map(), Promise.resolve({})])(
    'refuses %s in place of options',
    async (given) => {
      const error = await refusal(each, called, given);
      expect(error).toBeInstanceOf(library.InvalidInputError);
      expect(error.message).toMatch(new RegExp(`^${name}: options must be an object, received `));
    },
  );
});
