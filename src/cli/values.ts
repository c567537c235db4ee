import { InvalidArgumentError } from 'commander';
import type { GroupOrder } from '../matching';
import type { PrefixMapping } from '../params';

/** Parses an integer ≥ `least`. */
export function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    const value = /^[+-]?\d+$/.test(text) ? Number(text) : Number.NaN;
    if (!Number.isSafeInteger(value) || value < least) {
      throw new InvalidArgumentError(
        Number.isFinite(least) ? `Expected an integer ≥ ${least}.` : 'Expected an integer.',
      );
    }
    return value;
  };
}

/** Parses a number from 0 to 1. */
export function fraction(text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (!(value >= 0 && value <= 1)) throw new InvalidArgumentError('Expected a number from 0 to 1.');
  return value;
}

/** Parses a finite number. */
export function finiteNumber(text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (!Number.isFinite(value)) throw new InvalidArgumentError('Expected a number.');
  return value;
}

/** Parses a finite number above 0. */
export function positiveNumber(text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (!(value > 0 && value < Infinity))
    throw new InvalidArgumentError('Expected a number above 0.');
  return value;
}

/** Parses numbers separated by commas. */
export function numberList(text: string): number[] {
  return text.split(',').map((part) => {
    const value = part.trim() === '' ? Number.NaN : Number(part);
    if (!Number.isFinite(value)) {
      throw new InvalidArgumentError('Expected numbers separated by commas, such as 0.5,0.5.');
    }
    return value;
  });
}

const UNITS: Record<string, number> = {
  '': 1,
  B: 1,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KIB: 2 ** 10,
  MIB: 2 ** 20,
  GIB: 2 ** 30,
  TIB: 2 ** 40,
};

/** Parses a number of bytes such as 512MB or 2GiB. */
export function byteCount(text: string): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(text) ?? [];
  const factor = unit === undefined ? undefined : UNITS[unit.toUpperCase()];
  if (factor === undefined)
    throw new InvalidArgumentError('Expected a size such as 512MB or 2GiB.');
  return Number(number) * factor;
}

/** Parses an order of groups: its name, or a list of all groups. */
export function groupOrder(text: string): GroupOrder {
  if (text === 'forward' || text === 'backward' || text === 'random') return text;
  return text.split(',');
}

/** Appends a prefix to rename, parsed from FROM=TO. */
export function onePrefixMore(
  text: string,
  before: readonly PrefixMapping[],
): readonly PrefixMapping[] {
  const at = text.indexOf('=');
  if (at < 0 || text === '=') {
    throw new InvalidArgumentError(
      "Expected FROM=TO, such as 'module.='. One of the two may be empty.",
    );
  }
  return [...before, { from: text.slice(0, at), to: text.slice(at + 1) }];
}

/** Appends a path. */
export function onePathMore(path: string, before: readonly string[]): readonly string[] {
  return [...before, path];
}
