import { describe, expect, test } from 'vitest';
import { Batch } from '../../../src/graphql/batch.ts';

function recording(): { readonly calls: string[][]; readonly batch: Batch<string, string> } {
  const calls: string[][] = [];
  const batch = new Batch<string, string>((keys) => {
    calls.push([...keys]);
    return Promise.resolve(new Map(keys.filter((key) => key !== 'absent').map((key) => [key, key.toUpperCase()])));
  });
  return { calls, batch };
}

describe('loads of one moment', () => {
  test('are one call with distinct keys', async () => {
    const { calls, batch } = recording();
    expect(await Promise.all([batch.load('a'), batch.load('b'), batch.load('a'), batch.load('absent')])).toEqual([
      'A',
      'B',
      'A',
      undefined,
    ]);
    expect(calls).toEqual([['a', 'b', 'absent']]);
  });

  test('are one call though some are asked for a few promises later', async () => {
    const { calls, batch } = recording();
    const later = async (key: string, promises: number): Promise<string | undefined> => {
      for (let index = 0; index < promises; index += 1) await Promise.resolve();
      return batch.load(key);
    };
    await Promise.all([later('a', 0), later('b', 3), later('c', 10)]);
    expect(calls).toEqual([['a', 'b', 'c']]);
  });

  test('of another moment are another call: nothing is remembered', async () => {
    const { calls, batch } = recording();
    await batch.load('a');
    await batch.load('a');
    expect(calls).toEqual([['a'], ['a']]);
  });

  test('fail together, and the next call is tried anew', async () => {
    let broken = true;
    const batch = new Batch<string, string>((keys) =>
      broken ? Promise.reject(new Error('down')) : Promise.resolve(new Map(keys.map((key) => [key, key]))),
    );
    const results = await Promise.allSettled([batch.load('a'), batch.load('b')]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    broken = false;
    expect(await batch.load('a')).toBe('a');
  });
});
