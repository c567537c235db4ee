/** The fields at the start of a spec in JSON. */
export const SPEC_FORMAT = { format: 'perm-lmc spec', version: 1 } as const;
