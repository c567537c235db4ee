import { gemma2 } from './families/gemma2';
import { gpt2 } from './families/gpt2';
import { gptNeox } from './families/gptNeox';
import { llama } from './families/llama';
import { narrowOpt, opt } from './families/opt';
import { phi3 } from './families/phi3';
import { qwen3 } from './families/qwen3';
import type { Transformer } from './transformer';

/** The families of transformers. */
export const transformers: readonly Transformer[] = [
  llama,
  qwen3,
  gemma2,
  phi3,
  gpt2,
  gptNeox,
  opt,
  narrowOpt,
];
