/** What goes on as it is because only programs read it must hold nobody's number. */
import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { isEncodedBytes } from '../../../../src/masking/request/encoded-bytes.ts';
import {
  GROUPED_NUMBER,
  holdingNumber,
  longForm,
  withoutNumber,
} from '../../../../src/masking/request/grouped-number.ts';
import type { JsonValue } from '../../../../src/json/json-text.ts';
import { runAtOnce } from '../../../../src/platform/steps.ts';
import { ID } from '../../../../src/masking/request/request-fields.ts';
import { maskResponsesRequest } from './mask-request.ts';

const NUMBERS = [
  '219-09-7645',
  '212-555-0134',
  '+1-212-555-0134',
  '1.212.555.0134',
  '2125550134',
  '12125550134',
  '219097645',
  '1951-04-17',
];

/** Whether a tool with these fields goes on without a text of it being looked at. */
function isVerbatim(tool: Readonly<Record<string, JsonValue>>, value: string): boolean {
  const asked: string[] = [];
  const mask = (text: string): string => {
    asked.push(text);
    return text;
  };
  maskResponsesRequest({ model: 'm', input: 'x', tools: [tool] }, mask, { binaryContent: 'block' });
  return !asked.includes(value);
}

describe('a number in groups', () => {
  it.each(NUMBERS)('is one wherever no word runs into it: %s', (number) => {
    for (const text of [number, `caller-id=${number}`, `a_${number}_b`, `tel/${number}/x`, `_${number}.`])
      expect(text).toMatch(GROUPED_NUMBER);
    expect(`x${number.replace('+', '')}`.replace(/\W/g, '')).not.toMatch(GROUPED_NUMBER);
  });

  it('is in no UUID and in no key', () => {
    for (const text of [
      '21255501-3400-0000-0000-000000000000',
      'sk-proj-0123456789abcdefghij',
      '0123456789abcdef0123456789abcdef',
      'gpt-image-1-2',
    ])
      expect(text).not.toMatch(GROUPED_NUMBER);
  });

  it('is what another form may do without', () => {
    const form = withoutNumber(longForm(/^[\w-]+$/));
    const test = (text: string): boolean => runAtOnce(form.matching(text));
    expect(test('abc-1')).toBe(true);
    expect(test('abc-219-09-7645')).toBe(false);
    expect(test('abc 1')).toBe(false);
  });
});

describe('holdingNumber', () => {
  // Windows end at each multiple of this.
  const WINDOW = 256 * 1024;

  it.each(NUMBERS)('finds %s at the edge of a window as anywhere else', (number) => {
    for (let before = 0; before <= 18; before += 1) {
      const text = `${'a'.repeat(WINDOW - before - 1)}-${number}-a`;
      expect(runAtOnce(holdingNumber(text))).toBe(true);
    }
  });

  it('finds no number in the middle of a longer one or of a word, wherever a window ends', () => {
    for (const other of ['x2125550134', '212555013421', '2125550134x', '5219-09-7645'])
      for (let before = 0; before <= 18; before += 1) {
        const text = `${'a'.repeat(WINDOW - before - 1)}-${other}-a`;
        expect(GROUPED_NUMBER.test(text)).toBe(false);
        expect(runAtOnce(holdingNumber(text))).toBe(false);
      }
  });
});

describe('a string of ten megabytes', () => {
  const encoded = 'aGVsbG8gd29ybGQ'.repeat(660_000);

  it('that only a provider can read goes on as it is', () => {
    const input = [{ type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: encoded }];
    const mask = (text: string): string => (text === encoded ? 'masked' : text);
    const masked = maskResponsesRequest({ model: 'm', input }, mask, { binaryContent: 'block' });
    if (!masked.ok) throw new Error('refused');
    expect(JSON.stringify(masked.body).length).toBeGreaterThan(encoded.length);
  });

  it('is neither a key nor a host nor an address nor an ID, and is read like any text', () => {
    const url = `https://${'abc.'.repeat(2_500_000)}example/mcp`;
    const key = `Bearer ${encoded}`;
    expect(isVerbatim({ type: 'mcp', server_label: 's', authorization: key }, key)).toBe(false);
    expect(isVerbatim({ type: 'mcp', server_label: 's', server_url: url }, url)).toBe(false);
    expect(runAtOnce(ID.matching(`resp_${encoded}`))).toBe(false);
  });
});

describe('a string for programs', () => {
  it.each(NUMBERS.filter((number) => /^[\d-]+$/.test(number)))('that holds %s is read like any text', (number) => {
    const server = { type: 'mcp', server_label: 's' };
    const key = `Bearer patient-id-${number}`;
    expect(isVerbatim({ ...server, authorization: key }, key)).toBe(false);
    const header = `caller-id-of-us=${number}`;
    expect(isVerbatim({ ...server, headers: { 'X-Caller': header } }, header)).toBe(false);
    const host = `a-${number}.example`;
    expect(isVerbatim({ type: 'web_search', filters: { allowed_domains: [host] } }, host)).toBe(false);
    expect(isVerbatim({ ...server, server_url: `https://${host}/mcp` }, `https://${host}/mcp`)).toBe(false);
    const model = `gpt-image-${number}`;
    expect(isVerbatim({ type: 'image_generation', model }, model)).toBe(false);
    expect(isEncodedBytes(`${number}${'-'.repeat(64)}`)).toBe(false);
    expect(isEncodedBytes(`data:image/png;base64,${number}`)).toBe(false);
  });

  it('goes on as it is where it holds none', () => {
    const key = 'Bearer sk-proj-0123456789abcdefghij';
    expect(isVerbatim({ type: 'mcp', server_label: 's', authorization: key }, key)).toBe(true);
    expect(isVerbatim({ type: 'web_search', filters: { allowed_domains: ['cdc-24.example'] } }, 'cdc-24.example')).toBe(
      true,
    );
    for (const model of ['gpt-image-1.5', 'gpt-image-1-mini', 'chatgpt-image-latest', 'gpt-image-1.5-2025-12-16'])
      expect(isVerbatim({ type: 'image_generation', model }, model)).toBe(true);
    for (const encoding of ['base64', 'base64url'] as const)
      expect(isEncodedBytes(randomBytes(100_000).toString(encoding))).toBe(true);
  });
});

describe('what a model keeps to itself', () => {
  const asked = (encrypted: string): boolean => {
    const texts: string[] = [];
    const input = [{ type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: encrypted }];
    maskResponsesRequest({ model: 'm', input }, (text) => (texts.push(text), text), { binaryContent: 'block' });
    return texts.includes(encrypted);
  };

  it('is not read, unless it holds a number', () => {
    expect(asked(randomBytes(3000).toString('base64'))).toBe(false);
    expect(asked('SSN_219-09-7645_'.repeat(5))).toBe(true);
  });
});
