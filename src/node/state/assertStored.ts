import { kindOf } from '../../checks';
import { stateError } from './stateError';

/** The form of a value that was read from a file. */
export type StoredForm =
  /** A finite number, a string, or true or false. */
  | { readonly kind: 'number' | 'string' | 'boolean' }
  | { readonly kind: 'integer'; readonly least: number; readonly most: number }
  | { readonly kind: 'choice'; readonly of: readonly string[] }
  | { readonly kind: 'null or'; readonly form: StoredForm }
  /** A list; `least` … `most` values long. */
  | {
      readonly kind: 'list';
      readonly form: StoredForm;
      readonly least: number;
      readonly most: number;
    }
  /** An array of this type and length. */
  | { readonly kind: 'Int32Array' | 'Float64Array'; readonly length: number }
  /** An object with these fields. All but the optional ones must be there, and no others. */
  | {
      readonly kind: 'object';
      readonly fields: Readonly<Record<string, StoredForm>>;
      readonly optional?: Readonly<Record<string, StoredForm>>;
    };

/**
 * Throws unless a value that was read from a file has this form.
 *
 * @param at - The place of the value in the file, for errors.
 */
export function assertStored(at: string, value: unknown, form: StoredForm): void {
  switch (form.kind) {
    case 'null or':
      if (value !== null) assertStored(at, value, form.form);
      break;
    case 'list':
      assertList(at, value, form);
      break;
    case 'object':
      assertFields(at, value, form);
      break;
    default:
      if (!isOfForm(value, form)) throw misfit(at, `must be ${nameOf(form)}`, value);
  }
}

type Leaf = Exclude<StoredForm, { kind: 'null or' | 'list' | 'object' }>;
type Form<Kind> = Extract<StoredForm, { kind: Kind }>;

function isOfForm(value: unknown, form: Leaf): boolean {
  switch (form.kind) {
    case 'number':
      return Number.isFinite(value);
    case 'integer':
      return Number.isInteger(value) && form.least <= Number(value) && Number(value) <= form.most;
    case 'choice':
      return form.of.includes(value as string);
    case 'Int32Array':
      return value instanceof Int32Array && value.length === form.length;
    case 'Float64Array':
      return value instanceof Float64Array && value.length === form.length;
    default:
      return typeof value === form.kind;
  }
}

function nameOf(form: Leaf): string {
  switch (form.kind) {
    case 'number':
      return 'a finite number';
    case 'integer':
      return `an integer in ${form.least} … ${form.most}`;
    case 'choice':
      return `one of ${form.of.join(', ')}`;
    case 'Int32Array':
      return `${form.length} integers`;
    case 'Float64Array':
      return `${form.length} numbers`;
    default:
      return `a ${form.kind}`;
  }
}

function assertList(at: string, value: unknown, { form, least, most }: Form<'list'>): void {
  if (!Array.isArray(value) || value.length < least || value.length > most) {
    throw misfit(at, `must be a list of ${least} … ${most} values`, value);
  }
  for (const [i, each] of value.entries()) assertStored(`${at}[${i}]`, each, form);
}

function assertFields(at: string, value: unknown, form: Form<'object'>): void {
  if (kindOf(value) !== 'an object') throw misfit(at, 'must be an object', value);
  const { fields, optional = {} } = form;
  const given = value as Record<string, unknown>;
  for (const name of Object.keys(given)) {
    if (Object.hasOwn(fields, name) || Object.hasOwn(optional, name)) continue;
    throw misfit(`${at}.${name}`, 'is not a field of it', given[name]);
  }
  for (const [name, own] of Object.entries(fields)) {
    if (!Object.hasOwn(given, name)) throw misfit(`${at}.${name}`, 'is missing', undefined);
    assertStored(`${at}.${name}`, given[name], own);
  }
  for (const [name, own] of Object.entries(optional)) {
    if (Object.hasOwn(given, name)) assertStored(`${at}.${name}`, given[name], own);
  }
}

function misfit(at: string, problem: string, value: unknown) {
  const received =
    typeof value === 'number' || typeof value === 'boolean'
      ? String(value)
      : Array.isArray(value) || ArrayBuffer.isView(value)
        ? `${(value as ArrayLike<unknown>).length} values`
        : kindOf(value);
  const end = value === undefined ? '' : `, received ${received}`;
  return stateError(`${at} ${problem}${end}`, value);
}
