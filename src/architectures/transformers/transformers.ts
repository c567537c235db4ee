import { llama } from './families/llama';
import type { Transformer } from './transformer';

/** The families of transformers. */
export const transformers: readonly Transformer[] = [llama];
