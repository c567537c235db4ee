import {
  cast,
  div,
  exp,
  log,
  max,
  mean,
  mul,
  oneHot,
  sub,
  sum,
  Tensor,
  type Tensor1D,
  tidy,
} from '@tensorflow/tfjs-core';
import { kindOf } from '../../checks';
import { invalid } from '../../errors';

/** The body of `crossEntropy`, for functions whose errors have their own name. */
export function softmaxCrossEntropy(logits: Tensor, labels: Tensor): Tensor {
  assertTensors({ logits, labels });
  assertLabels(logits, labels);
  return tidy(() => {
    const rows = labels.rank === logits.rank ? labels : classRows(labels, logits);
    const shifted = sub(logits, max(logits, -1, true));
    const logSum = log(sum(exp(shifted), -1, true));
    return mean(sum(mul(rows, sub(logSum, shifted)), -1));
  });
}

/** One-hot rows of classes, with NaN in the rows of a class that does not exist. */
function classRows(classes: Tensor, { shape }: Tensor): Tensor {
  const rows = cast(oneHot(classes as Tensor1D, shape.at(-1)!), 'float32');
  return div(rows, sum(rows, -1, true));
}

function assertTensors(args: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(args)) {
    if (value instanceof Tensor) continue;
    throw invalid(`${name} must be a tensor, received ${kindOf(value)}`, 'Pass a tensor', {
      param: name,
      received: kindOf(value),
    });
  }
}

function assertLabels(logits: Tensor, labels: Tensor): void {
  const before = logits.shape.slice(0, -1);
  const isClasses = labels.dtype === 'int32' && `${labels.shape}` === `${before}`;
  if (logits.rank >= 2 && (isClasses || `${labels.shape}` === `${logits.shape}`)) return;
  throw invalid(
    `labels must be int32 classes [${before}] or rows [${logits.shape}] for logits [${logits.shape}], received ${labels.dtype} [${labels.shape}]`,
    'Cast classes to int32, pass one-hot rows, or pass a loss of your own',
    { param: 'labels', received: labels.shape },
  );
}
