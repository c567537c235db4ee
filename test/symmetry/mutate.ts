import type { RandomSource } from '../../src/runtime/randomSource';

/** A copy of plain data with one to three changes at random places. */
export function mutate<T extends object>(data: T, random: RandomSource): T {
  const copy = structuredClone(data);
  for (let k = 0; k <= random.below(3); k++) {
    const slots = slotsOf(copy);
    change(slots[random.below(slots.length)], slots, random);
  }
  return copy;
}

/** A field of an object, or an item of an array. */
interface Slot {
  readonly holder: Record<string, unknown> | unknown[];
  readonly key: string;
}

function slotsOf(holder: object): Slot[] {
  return Object.entries(holder).flatMap(([key, value]) => [
    { holder: holder as Slot['holder'], key },
    ...(typeof value === 'object' && value !== null ? slotsOf(value) : []),
  ]);
}

const strange = [
  null,
  true,
  'yes',
  '',
  '__proto__',
  -1,
  0,
  1,
  2,
  9,
  1.5,
  2 ** 31,
  2 ** 53,
  {},
  [],
  [[]],
];

function change({ holder, key }: Slot, slots: readonly Slot[], random: RandomSource): void {
  const value = (holder as Record<string, unknown>)[key];
  const put = (next: unknown) => {
    (holder as Record<string, unknown>)[key] = next;
  };
  const other = slots[random.below(slots.length)];
  const kind = random.below(6);
  if (kind === 0) put(structuredClone(strange[random.below(strange.length)]));
  else if (kind === 1) put(structuredClone((other.holder as Record<string, unknown>)[other.key]));
  else if (kind === 2 && Array.isArray(holder)) holder.splice(Number(key), 1);
  else if (kind === 2) delete (holder as Record<string, unknown>)[key];
  else if (kind === 3 && Array.isArray(holder)) holder.push(structuredClone(value));
  else if (kind === 4 && Array.isArray(holder)) {
    const at = random.below(holder.length);
    put(holder[at]);
    holder[at] = value;
  } else if (typeof value === 'number') put(value + random.below(5) - 2);
  else if (typeof value === 'string') put(changedText(value, random));
}

/** A text with a character left out, doubled or replaced. */
function changedText(text: string, random: RandomSource): string {
  const at = random.below(text.length + 1);
  const inserted = ['', text.slice(at, at + 1).repeat(2), ...'()_+[]h2 ?'][random.below(12)];
  return text.slice(0, at) + inserted + text.slice(at + 1);
}
