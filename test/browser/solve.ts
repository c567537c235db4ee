import { shortestAugmentingPath, solveAssignment } from 'perm-lmc';

/** The results of an assignment problem in one place of a browser, such as a page or a worker. */
export interface Solved {
  readonly assignment: number[];
  /** The same by the plain solver in TypeScript. */
  readonly plain: number[];
  /** How many instances of WebAssembly modules were made. */
  readonly instances: number;
  /** Globals of Node, or of isolated pages, that there are. */
  readonly globals: string[];
}

/** Solves a problem of 64 units where it is called. */
export function solve(): Solved {
  const n = 64;
  const similarity = Float32Array.from({ length: n * n }, (_, i) => Math.sin(i * i + 1));
  const { Instance } = WebAssembly;
  let instances = 0;
  WebAssembly.Instance = class extends Instance {
    constructor(...args: ConstructorParameters<typeof Instance>) {
      super(...args);
      instances++;
    }
  };
  try {
    return {
      assignment: [...solveAssignment(similarity, n).assignment],
      plain: [...shortestAugmentingPath(similarity, n).assignment],
      instances,
      globals: ['process', 'Buffer', 'require', 'SharedArrayBuffer'].filter(
        (name) => name in globalThis,
      ),
    };
  } finally {
    WebAssembly.Instance = Instance;
  }
}
