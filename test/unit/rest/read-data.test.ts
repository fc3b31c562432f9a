import { expect, test } from 'vitest';
import { tickAfter } from '../../../src/rest/read-data.ts';

test('tickAfter lets the event loop run after the operation and before its data is read', async () => {
  const order: string[] = [];
  const operation = Promise.resolve(1).then((data) => {
    order.push('operation');
    setImmediate(() => order.push('tick'));
    return data;
  });
  expect(await tickAfter(operation)).toBe(1);
  order.push('reading');
  expect(order).toEqual(['operation', 'tick', 'reading']);
});
