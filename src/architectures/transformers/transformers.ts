import { bert } from './families/bert';
import { clip } from './families/clip';
import { clipTextModel } from './families/clipTextModel';
import { clipVisionModel } from './families/clipVisionModel';
import { deit } from './families/deit';
import { dinov2 } from './families/dinov2';
import { distilbert } from './families/distilbert';
import { gemma2 } from './families/gemma2';
import { gpt2 } from './families/gpt2';
import { gptNeox } from './families/gptNeox';
import { llama } from './families/llama';
import { narrowOpt, opt } from './families/opt';
import { phi3 } from './families/phi3';
import { qwen3 } from './families/qwen3';
import { roberta } from './families/roberta';
import { swin } from './families/swin';
import { t5 } from './families/t5';
import { vit } from './families/vit';
import { whisper } from './families/whisper';
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
  bert,
  roberta,
  distilbert,
  t5,
  whisper,
  vit,
  deit,
  dinov2,
  swin,
  clip,
  clipTextModel,
  clipVisionModel,
];
