/** JSON may hide a value behind escapes that a model reads without effort; no position lets it through so. */
import { describe, expect, it } from 'vitest';
import { maskChatRequest, type MaskText } from './mask-request.ts';
import type { JsonObject, JsonValue } from '../../../../src/json/json-text.ts';
import { REQUEST_FIELDS } from '../../../../src/masking/request/request-fields.ts';
import { positionsOf } from './positions.ts';

const mask: MaskText = (text) => text.replaceAll('Maria', 'TOKEN').replaceAll('04/17/1951', 'TOKEN');

function masked(body: JsonObject): JsonObject {
  const result = maskChatRequest(body, mask, { binaryContent: 'allow' });
  if (!result.ok) throw new Error(result.problem.message);
  return result.body;
}

function content(role: string, said: JsonValue): JsonValue {
  return (masked({ messages: [{ role, content: said }] })['messages'] as readonly JsonObject[])[0]?.['content'] ?? null;
}

const HIDDEN = String.raw`{"who": "M\u0061ria", "born": "04\/17\/1951", "in": "[\"M\\u0061ria\"]", "n": 1.0}`;
const SHOWN = '{"who": "TOKEN", "born": "TOKEN", "in": "[\\"TOKEN\\"]", "n": 1.0}';

describe.each(['system', 'developer', 'user', 'assistant', 'tool', 'function'])(
  'JSON with escapes, said by %s',
  (role) => {
    it('is masked in its values, and kept byte for byte around them', () => {
      expect(content(role, HIDDEN)).toBe(SHOWN);
      expect(content(role, [{ type: 'text', text: HIDDEN }, ` ${HIDDEN}\n`])).toEqual([
        { type: 'text', text: SHOWN },
        ` ${SHOWN}\n`,
      ]);
    });
  },
);

describe('a text with a backslash that is no JSON', () => {
  it.each(['C:\\new\\table', '{who: M\\u0061', '\\', 'say "\\n"', '\\u0061 {}'])('is one text: %s', (text) => {
    const seen: string[] = [];
    maskChatRequest({ messages: [{ role: 'user', content: text }] }, (each) => (seen.push(each), each), {
      binaryContent: 'block',
    });
    expect(seen.slice(-1)).toEqual([text]);
    expect(content('user', text)).toBe(text);
  });
});

const all = [...positionsOf(REQUEST_FIELDS, '', (field) => ({ model: 'm', messages: [], ...field }))];

describe('escapes', () => {
  it.each(all.filter(({ path, treatment }) => treatment.as !== 'verbatim' && !/^messages(?:\[\])?$/.test(path)))(
    'hide nothing at $path',
    ({ plant }) => {
      for (const value of [HIDDEN, [HIDDEN], { [HIDDEN]: HIDDEN }])
        expect(JSON.stringify(masked(plant(value)))).not.toMatch(/M\\+u0061ria|1951/);
    },
  );
});
