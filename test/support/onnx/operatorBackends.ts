/**
 * The backends on which tests of operators run. A file that runs them on another backend changes the list before it
 * imports them.
 */
export const operatorBackends: string[] = ['cpu', 'wasm'];
