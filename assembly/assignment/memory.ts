/** An array of numbers in linear memory. */
@unmanaged
export class Numbers<T> {
  [key: number]: T;

  @inline
  @operator('[]')
  get(at: i32): T {
    return load<T>(changetype<usize>(this) + ((<usize>at) << alignof<T>()));
  }

  @inline
  @operator('[]=')
  set(at: i32, value: T): void {
    store<T>(changetype<usize>(this) + ((<usize>at) << alignof<T>()), value);
  }

  /** Four float32 numbers from index `at` on. */
  @inline
  four(at: i32): v128 {
    return v128.load(changetype<usize>(this) + ((<usize>at) << alignof<T>()));
  }

  /** Two float64 numbers from index `at` on. */
  @inline
  two(at: i32): v128 {
    return v128.load(changetype<usize>(this) + ((<usize>at) << alignof<T>()));
  }

  @inline
  setFour(at: i32, values: v128): void {
    v128.store(changetype<usize>(this) + ((<usize>at) << alignof<T>()), values);
  }
}

/** The address of the next array. */
let top: u64 = 0;

/** Removes all arrays, so that those of the next problem overwrite them. */
export function clearMemory(): void {
  top = (__heap_base + 15) & ~15;
}

/** A new array. Its memory exists only after {@link ensurePlaced}. */
export function place<T>(count: u64): Numbers<T> {
  const at = <usize>top;
  top = (top + count * sizeof<T>() + 15) & ~15;
  return changetype<Numbers<T>>(at);
}

/** Grows the memory to hold all arrays; false if there is not enough. */
export function ensurePlaced(): bool {
  return ensure(top);
}

/** Grows the memory to this number of bytes; false if there is not enough. */
export function ensure(bytes: u64): bool {
  if (bytes > 0xffff_0000) return false;
  const missing = <i32>((bytes + 0xffff) >> 16) - memory.size();
  return missing <= 0 || memory.grow(missing) >= 0;
}

/** Sets every byte of the first `count` numbers. */
export function fill<T>(numbers: Numbers<T>, byte: u8, count: i32): void {
  memory.fill(changetype<usize>(numbers), byte, (<usize>count) << alignof<T>());
}
