import type { UnsupportedKind } from './unsupportedNetwork';

/** A parameter of a network that no family describes. */
export interface UnsupportedName {
  readonly kind: UnsupportedKind;
  readonly name: string;
}

/** The kinds of networks that no family describes, by names that only they have. */
const signs: readonly (readonly [UnsupportedKind, RegExp])[] = [
  ['an adapter', /\.lora_[AB]\./],
  ['quantised', /\.(qweight|qzeros|weight_packed|SCB)$|\.quant_state\./],
  ['a mixture of experts', /\.experts\./],
];

/** The first name that shows that no family describes the network. */
export function unsupportedName(names: readonly string[]): UnsupportedName | undefined {
  for (const [kind, sign] of signs) {
    const name = names.find((each) => sign.test(each));
    if (name !== undefined) return { kind, name };
  }
  return undefined;
}

/** The name that a weight has before an adapter or a quantisation is added. */
export function baseName(name: string): string {
  return name
    .replace(/^base_model\.model\./, '')
    .replace(/\.(base_layer|lora_[AB](\.default)?)(?=\.)/, '')
    .replace(/\.(qweight|weight_packed)$/, '.weight');
}
