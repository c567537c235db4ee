/** True in the long form of the tests, `npm run test:long`; files that run in both forms do less in the short one. */
export const longForm = process.env.LONG_FORM === 'true';
