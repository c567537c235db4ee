import { engine, type Tensor, type TensorInfo } from '@tensorflow/tfjs-core';

/** One kernel that a forward pass runs; kernels that it runs inside itself are part of it. */
export interface KernelCall {
  /** 0, 1, 2 … in the order of the calls. */
  readonly index: number;
  /** The kernel's name, such as `'_FusedMatMul'`. */
  readonly name: string;
  /** The tensors by name; kernels of a list of tensors name them `'0'`, `'1'` …. */
  readonly inputs: Readonly<Record<string, TensorInfo>>;
  /** What else the kernel is given. */
  readonly attrs: Readonly<Record<string, unknown>>;
  /** Runs the kernel itself. */
  run(): TensorInfo | TensorInfo[];
}

/** What to do as a forward pass runs. Kernels that a handler runs are neither counted nor reported. */
export interface KernelHooks {
  /** Answers a kernel in its place: returns what `call.run()` does, or other tensors. */
  onKernel?(call: KernelCall): TensorInfo | TensorInfo[];
  /** Code is about to read the values of a tensor; at once (`dataSync`) or later (`data`). */
  onRead?(dataId: object, atOnce: boolean): void;
  /** Code has made a tensor out of these values of its own. */
  onTensor?(tensor: Tensor, values: ArrayLike<number>): void;
}

/**
 * Runs a function and tells the hooks of every kernel, read and new tensor of it, by shadowing five
 * methods of tfjs's engine; afterwards, also after a throw, the engine is as it was. Works with every
 * backend and whatever builds the calls: plain functions, LayersModels, GraphModels. Where uses nest,
 * the inner one's calls reach the outer one, too.
 *
 * @param run - Synchronous: what a promise does later is not seen.
 */
export function interceptKernels<T>(hooks: KernelHooks, run: () => T): T {
  const target = engine() as unknown as Record<Method, EngineMethod>;
  const before = methods.map(
    (name) => [name, Object.getOwnPropertyDescriptor(target, name)] as const,
  );
  const original = Object.fromEntries(
    methods.map((name) => [name, target[name].bind(target)]),
  ) as Record<Method, EngineMethod>;
  let depth = 0;
  let index = 0;

  /** Hides from the hooks what happens inside. */
  function inside<R>(work: () => R): R {
    depth++;
    try {
      return work();
    } finally {
      depth--;
    }
  }

  const shadows: Record<Method, EngineMethod> = {
    runKernel(name, inputs, attrs) {
      const run = () => original.runKernel(name, inputs, attrs);
      if (depth > 0 || !hooks.onKernel) return run();
      const call = {
        index: index++,
        name: name as string,
        inputs: inputs as KernelCall['inputs'],
        attrs: (attrs ?? {}) as Record<string, unknown>,
        run: run as KernelCall['run'],
      };
      return inside(() => hooks.onKernel!(call));
    },
    readSync(dataId) {
      if (depth === 0) hooks.onRead?.(dataId as object, true);
      return original.readSync(dataId);
    },
    read(dataId) {
      if (depth === 0) hooks.onRead?.(dataId as object, false);
      return original.read(dataId);
    },
    // Moving data between backends reads it, which is no read by code.
    moveData: (...args) => inside(() => original.moveData(...args)),
    makeTensor(...args) {
      const tensor = original.makeTensor(...args);
      if (depth === 0) hooks.onTensor?.(tensor as Tensor, args[0] as ArrayLike<number>);
      return tensor;
    },
  };

  try {
    for (const name of methods) {
      Object.defineProperty(target, name, {
        value: shadows[name],
        configurable: true,
        writable: true,
        enumerable: true,
      });
    }
    return run();
  } finally {
    for (const [name, descriptor] of before) {
      if (descriptor) Object.defineProperty(target, name, descriptor);
      else Reflect.deleteProperty(target, name);
    }
  }
}

const methods = ['runKernel', 'readSync', 'read', 'moveData', 'makeTensor'] as const;
type Method = (typeof methods)[number];
type EngineMethod = (...args: unknown[]) => unknown;
