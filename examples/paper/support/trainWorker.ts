/** The process of one job of `trainSideBySide`: it receives the job, and sends lines and the outcome. */
import { type TrainJob, trainJob } from './trainJob';

/** A message to the process that waits: a line about the progress, the end, or the reason of a failure. */
export type TrainMessage = { said: string } | { finished: true } | { failed: string };

const send = (message: TrainMessage) =>
  new Promise<void>((resolve) => process.send!(message, () => resolve()));

process.once('message', async (job: TrainJob) => {
  try {
    await trainJob(job, { say: (said) => void send({ said }) });
    await send({ finished: true });
  } catch (error) {
    await send({ failed: error instanceof Error ? error.message : String(error) });
  }
  process.exit();
});
// The process that waits has ended: the state file keeps what is done.
process.once('disconnect', () => process.exit(1));
