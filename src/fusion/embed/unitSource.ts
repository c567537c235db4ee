/** The units of a group of a wider network, as units of a network that it is made from. */
export interface UnitSource {
  /** `[wider units]`: the unit that each unit copies; −1 for one that the network lacks. */
  readonly of: Int32Array;
  /** `[wider units]`: the factor of the unit's consumers, inside the units of the group's parent. */
  readonly share: Float64Array;
  /** The factor of the units' producers. */
  readonly gain: number;
}

/** Unit sources by group. */
export type UnitSources = Readonly<Record<string, UnitSource>>;

/** Units as they are, without factors. */
export function plainSource(of: Int32Array): UnitSource {
  return { of, share: new Float64Array(of.length).fill(1), gain: 1 };
}
