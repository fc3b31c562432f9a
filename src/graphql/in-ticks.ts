/** Lists of thousands of items in answers, which graphql-js would complete in one tick of the event loop. */
import { setImmediate as loopTick } from 'node:timers/promises';

/** Items that are completed in one tick: some milliseconds of work. */
export const AT_ONCE = 500;

/** Returns the items for a resolver. Items behind the first 500 are promises, which resolve 500 in a tick. */
export function inTicks<T>(items: readonly T[]): (T | Promise<T>)[] {
  let tick: Promise<unknown> = Promise.resolve();
  return items.map((item, at) => {
    if (at < AT_ONCE) return item;
    if (at % AT_ONCE === 0) tick = tick.then(() => loopTick());
    return tick.then(() => item);
  });
}
