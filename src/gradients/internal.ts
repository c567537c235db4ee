/** Names that other rooms of the library use, besides the public ones in `index.ts`. */

export { differentiate } from './differentiate';
