/** Answers of operations in ticks of their own. */
import { setImmediate as loopTick } from 'node:timers/promises';

/**
 * Resolves a tick of the event loop after the answer. For thousands of spans an operation, the reading of its data and the
 * writing behind it each take tens of milliseconds.
 */
export async function tickAfter(answer: Promise<unknown>): Promise<unknown> {
  const data = await answer;
  await loopTick();
  return data;
}
