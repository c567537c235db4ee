import { join } from 'node:path';
import * as library from 'perm-lmc';
import * as node from 'perm-lmc/node';
import * as plots from 'perm-lmc/plots';
import ts from 'typescript';

/** A public function that takes options, as its sources declare it. */
export interface Declared {
  readonly name: string;
  /** The position of the options among its parameters. */
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

/** All public functions that take options, each with its declaration and itself. */
export const declared = Object.entries(doors).flatMap(([file, exports]) =>
  declaredIn(file).map((each) => [each.name, each, exports[each.name as never] as Called] as const),
);
export type Called = (...args: unknown[]) => unknown;

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

/** True if a parameter is called options, or has a type for options or without a name. */
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
