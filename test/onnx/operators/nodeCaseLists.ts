export const refusedCases = {};
export const skippedCases = {};
