import { expect, test } from 'vitest';
import { SILENCE } from '../../../../src/detection/context/conversation.ts';
import { runAtOnce } from '../../../../src/platform/steps.ts';
import { RequestHead, type HeadText } from '../../../../src/masking/turn/request-head.ts';

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

const SAID: HeadText['masked'] = {
  masked: 'yes',
  spans: [],
  knownCount: 0,
  after: SILENCE,
  name: 'yes',
  tokens: new Set(),
  cut: [],
  kept: [],
};

test('a text that is said behind several questions is counted once as work of the head', () => {
  const raw = Buffer.from('{"messages":["yes","yes"]}', 'utf8');
  const request = { raw, field: 'messages', items: 2, model: 'm' } as const;
  const head = new RequestHead(request);
  const texts = ['a', 'b'].map((key) => ({
    placed: { key, text: 'yes', beside: { before: '', after: '' }, group: null, sense: null, isLong: false },
    masked: SAID,
  }));
  const state = {
    conversation: SILENCE,
    nonPersonal: { persona: new Set<string>(), offered: [], kept: [], chosen: [] },
  };
  const sent = { body: raw, historyEnd: 0, binaryParts: 0 };
  runAtOnce(head.extending(request, 0, { state, texts, textLength: 6, knownCount: 0 }, sent));
  expect(head.textWork).toBe(10);
  expect([head.workOf('yes'), head.workOf('no')]).toEqual([10, 0]);
});
