import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createHeap, pop, push } from '../../src/assignment/heap';

/** A key to push, or null to take the least off. */
const steps = fc.array(fc.option(fc.integer({ min: 0, max: 9 }), { freq: 3 }), { maxLength: 60 });

describe('heap', () => {
  it('has the least key on top after any pushes and pops, also when it has grown', () => {
    fc.assert(
      fc.property(steps, fc.integer({ min: 0, max: 5 }), (keys, capacity) => {
        const heap = createHeap(capacity);
        const left = new Map<number, number>();
        keys.forEach((key, node) => {
          if (key !== null) {
            push(heap, key, node);
            left.set(node, key);
          } else if (heap.size > 0) {
            left.delete(heap.nodes[0]);
            pop(heap);
          }
          expect(heap.size).toBe(left.size);
          if (heap.size === 0) return;
          expect(heap.keys[0]).toBe(Math.min(...left.values()));
          expect(left.get(heap.nodes[0])).toBe(heap.keys[0]);
        });
      }),
    );
  });
});
