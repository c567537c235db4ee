/** Numbers in linear memory. */
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

  /** Four (float32) numbers. */
  @inline
  four(at: i32): v128 {
    return v128.load(changetype<usize>(this) + ((<usize>at) << alignof<T>()));
  }
}

/** Where the next array goes. */
let top: u64 = 0;

/** Forgets all arrays: those of the next problem take their place. */
export function clearMemory(): void {
  top = (__heap_base + 15) & ~15;
}

/** The address of a new array, for which there may not be memory yet. */
export function place<T>(count: u64): Numbers<T> {
  const at = <usize>top;
  top = (top + count * sizeof<T>() + 15) & ~15;
  return changetype<Numbers<T>>(at);
}

/** Gets memory for all arrays so far; false where there is not enough. */
export function ensurePlaced(): bool {
  return ensure(top);
}

/** Gets memory up to this address; false where there is not enough. */
export function ensure(bytes: u64): bool {
  if (bytes > 0xffff_0000) return false;
  const missing = <i32>((bytes + 0xffff) >> 16) - memory.size();
  return missing <= 0 || memory.grow(missing) >= 0;
}

/** Sets each byte of `count` numbers. */
export function fill<T>(numbers: Numbers<T>, byte: u8, count: i32): void {
  memory.fill(changetype<usize>(numbers), byte, (<usize>count) << alignof<T>());
}
