import { engine, type Tensor, type TensorInfo } from '@tensorflow/tfjs-core';
import { withFastProducts } from '../../runtime';

/** One kernel call of a forward pass. Kernels that the kernel itself runs are part of the call. */
export interface KernelCall {
  /** 0, 1, 2 … in the order of the calls. */
  readonly index: number;
  /** The kernel's name, such as `'_FusedMatMul'`. */
  readonly name: string;
  /** The input tensors by name. Kernels that take a list name them `'0'`, `'1'` …. */
  readonly inputs: Readonly<Record<string, TensorInfo>>;
  /** The kernel's attributes, such as strides. */
  readonly attrs: Readonly<Record<string, unknown>>;
  /** Runs the kernel itself. */
  run(): TensorInfo | TensorInfo[];
}

/** Callbacks during a forward pass. Kernels that a callback runs are neither counted nor reported. */
export interface KernelHooks {
  /** Replaces a kernel: returns the result of `call.run()`, or other tensors. */
  onKernel?(call: KernelCall): TensorInfo | TensorInfo[];
  /** Called before code reads the values of a tensor, at once (`dataSync`) or later (`data`). */
  onRead?(dataId: object, atOnce: boolean): void;
  /** Called after code made a tensor from values of its own. */
  onTensor?(tensor: Tensor, values: ArrayLike<number>): void;
}

/**
 * Runs a function and calls the hooks for every kernel, read and new tensor in it, by shadowing five methods of
 * tfjs's engine. The methods are restored when the function returns or throws. Works with every backend, and with
 * plain functions, LayersModels and GraphModels. If uses are nested, calls of the inner one reach the outer hooks
 * too. Below the hooks, matrix products run as `withFastProducts` has them.
 *
 * @param run - A synchronous function. Work that a promise does later is not seen.
 */
export function interceptKernels<T>(hooks: KernelHooks, run: () => T): T {
  return withFastProducts(() => intercepted(hooks, run));
}

function intercepted<T>(hooks: KernelHooks, run: () => T): T {
  const target = engine() as unknown as Record<Method, EngineMethod>;
  const before = methods.map(
    (name) => [name, Object.getOwnPropertyDescriptor(target, name)] as const,
  );
  const original = Object.fromEntries(
    methods.map((name) => [name, target[name].bind(target)]),
  ) as Record<Method, EngineMethod>;
  let depth = 0;
  let index = 0;

  /** Runs `work` without calling the hooks. */
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
    // A move between backends reads the data, but the caller's code does not.
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
