import { expect, test } from 'vitest';
import { RequestHead } from '../../../../src/masking/turn/request-head.ts';

const LONGEST = 512 * 1024;
const FRONT = '{"messages":["';

/** Where the history ends of a request whose only message ends after so many bytes. */
function endIn(bytes: number, tail: string): number | null {
  const raw = Buffer.from(`${FRONT}${'a'.repeat(bytes - FRONT.length - 1)}"${tail}`, 'utf8');
  const request = { raw, field: 'messages', items: 1, model: 'm' } as const;
  return new RequestHead(request).endIn(request);
}

test.each([']}', ` ${' '.repeat(9)}],"user":"${'b'.repeat(LONGEST)}"}`])(
  'a head of 512 KiB is kept, and none that is longer by a byte, before %#',
  (tail) => {
    expect(endIn(LONGEST, tail)).toBe(LONGEST);
    expect(endIn(LONGEST + 1, tail)).toBeNull();
    expect(endIn(4 * LONGEST, tail)).toBeNull();
  },
);

test('a head with fewer items than the history has is not kept', () => {
  const raw = Buffer.from('{"messages":["a","b"]}', 'utf8');
  const request = { raw, field: 'messages', items: 3, model: 'm' } as const;
  expect(new RequestHead(request).endIn(request)).toBeNull();
});
