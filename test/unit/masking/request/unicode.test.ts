/** What is masked changes, and nothing beside it: from the bytes that came in to the bytes that go out. */
import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { maskChatRequest, type MaskText } from './mask-request.ts';
import { parseJsonBytes } from '../../../../src/json/json-bytes.ts';
import type { JsonValue } from '../../../../src/json/json-text.ts';

// Properties run thousands of times: more than five seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const VALUE = 'Maria';
const mask: MaskText = (text) => text.replaceAll(VALUE, 'TOKEN');

/** The bytes that leave for the bytes that came. */
function through(bytes: Buffer, by = mask): string {
  const parsed = parseJsonBytes(bytes);
  if (!parsed.ok) throw new Error(parsed.problem.message);
  const result = maskChatRequest(parsed.value, by, { binaryContent: 'block' });
  if (!result.ok) throw new Error(result.problem.message);
  return Buffer.from(JSON.stringify(result.body)).toString('utf8');
}

const PIECES = [
  '\u{1f469}\u200d\u{1f469}\u200d\u{1f467}',
  '\u{1f44d}\u{1f3fd}',
  'e\u0301\u0323',
  '\u0928\u092e\u0938\u094d\u0924\u0947',
  '\u202eolleh\u202c \u05e9\u05dc\u05d5\u05dd',
  '\u0645\u0631\u062d\u0628\u0627 \u0661\u0662',
  'ＦＵＬＬ　ｗｉｄｔｈ',
  '\r\n\t\u2028\u2029\u0085',
  '\ud83d',
  '\udc00\ud800',
  '\u0000\u0007\u007f',
  '\ufeff\u200b\u00ad\u2060',
  '\ufb01\u2126\u00c5',
  '\\"/',
  '5\u20e3',
  VALUE,
];
const text = fc
  .array(fc.oneof(fc.constantFrom(...PIECES), fc.string({ unit: 'binary', maxLength: 6 })), { maxLength: 12 })
  .map((pieces) => pieces.join(''));

describe('text of any script', () => {
  it('stays byte for byte around what is masked, in every kind of position', () => {
    fc.assert(
      fc.property(text, (said) => {
        // A quote first: none of these is JSON.
        const plain = `'${said}`;
        const request = (value: string): JsonValue => ({
          model: 'm',
          messages: [
            { role: 'user', content: value },
            { role: 'user', content: [{ type: 'text', text: value }] },
            { role: 'assistant', content: null, tool_calls: [{ function: { arguments: value } }] },
            { role: 'tool', content: JSON.stringify({ a: value, [`k${value}`]: [value] }) },
          ],
          tools: [{ function: { name: 'f', description: value, parameters: { description: value, enum: [value] } } }],
          metadata: { [`k${value}`]: value },
          later: { x: [value] },
        });
        const body = (value: string): string => JSON.stringify(request(value));
        expect(through(Buffer.from(body(plain)))).toBe(body(plain.replaceAll(VALUE, 'TOKEN')));
      }),
      { numRuns: 2000 },
    );
  });

  it('is as it was where nothing is masked, however it was escaped', () => {
    fc.assert(
      fc.property(text, (said) => {
        const escaped = JSON.stringify(said).replace(
          /[^\x20-\x7e]/g,
          (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
        );
        const sent = through(Buffer.from(`{"messages":[{"role":"user","content":${escaped}}]}`), (each) => each);
        expect(sent).toBe(JSON.stringify({ messages: [{ role: 'user', content: said }] }));
      }),
      { numRuns: 1000 },
    );
  });

  it('reaches detection as it was sent, not folded', () => {
    for (const piece of PIECES) {
      const seen: string[] = [];
      through(
        Buffer.from(JSON.stringify({ messages: [{ role: 'user', content: `'${piece}` }] })),
        (each) => (seen.push(each), each),
      );
      expect(seen).toEqual([`'${piece}`]);
    }
  });
});
