/** The fields at the start of a spec in JSON. */
export const specFormat = { format: 'perm-lmc spec', version: 1 } as const;
