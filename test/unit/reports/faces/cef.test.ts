import fc from 'fast-check';
import parseSyslog from 'nsyslog-parser';
import { describe, expect, test } from 'vitest';
import { cefEvent, cefLines, escapeExtension, escapeHeader, freeText } from '../../../../src/reports/faces/cef.ts';
import { titleOf } from '../../../../src/reports/faces/faced-entry.ts';
import { facedEntries, facedEntry } from './faced-entries.ts';

interface ReadEvent {
  readonly head: readonly string[];
  readonly fields: Readonly<Record<string, string>>;
}

/** Reads an event by the rules of the CEF guide: a key begins after a space and ends at the next equals sign without a backslash. */
function readEvent(line: string): ReadEvent {
  const parts: string[] = [''];
  let at = 0;
  for (; at < line.length && parts.length < 8; at++) {
    const char = line.charAt(at);
    if (char === '\\') parts.push(`${parts.pop() ?? ''}${line.charAt(++at)}`);
    else if (char === '|') parts.push('');
    else parts.push(`${parts.pop() ?? ''}${char}`);
  }
  const extension = line.slice(at);
  const fields: Record<string, string> = {};
  for (const found of extension.matchAll(/(?:^| )([A-Za-z0-9]+)=((?:\\.|[^\\=])*?)(?= [A-Za-z0-9]+=|$)/g)) {
    const [, key = '', value = ''] = found;
    fields[key] = value.replace(/\\(.)/g, (_, char: string) => (char === 'n' ? '\n' : char === 'r' ? '\r' : char));
  }
  return { head: parts.slice(0, 7), fields };
}

describe('cefEvent', () => {
  test('is read back by the rules of the guide, with every kind of entry and hostile texts', () => {
    fc.assert(
      fc.property(facedEntry, (faced) => {
        const { head, fields } = readEvent(cefEvent(faced, '1.2.3'));
        const { entry, leafHash } = faced;
        expect(head.slice(0, 6)).toEqual(['CEF:0', 'Masker', 'Masker', '1.2.3', entry.kind, titleOf(entry)]);
        expect(fields).toMatchObject({
          rt: String(Date.parse(entry.ts)),
          cn1: String(entry.seq),
          cs1: entry.session_id,
          cs2: entry.agent_id,
          cs6: leafHash,
          externalId: entry.event_id,
        });
        expect(decodeURIComponent(fields['cs3'] ?? '')).toBe(
          `${entry.policy_name.toWellFormed()}@${entry.policy_version}`,
        );
        if (entry.kind === 'redaction') expect(decodeURIComponent(fields['cs4'] ?? '')).toBe(entry.path);
        if (entry.kind === 'turn_forwarded') expect(decodeURIComponent(fields['cs4'] ?? '')).toBe(entry.model);
      }),
    );
  });

  test('is read back by nsyslog-parser 0.10.1, which undoes no escape', () => {
    fc.assert(
      fc.property(facedEntry, (faced) => {
        const line = cefEvent(faced, '1.2.3');
        const read = parseSyslog(`<134>May 03 21:14:00 host ${line}`, { fields: true });
        const { fields } = readEvent(line);
        expect(read.type).toBe('CEF');
        expect(read.fields).toEqual(fields);
        expect(read.cef).toMatchObject({ deviceEventClassID: faced.entry.kind, name: titleOf(faced.entry) });
      }),
    );
  });

  test('is one line of printable ASCII that does not end in a bracket', () => {
    fc.assert(
      fc.property(facedEntries, (entries) => {
        const lines = cefLines(entries, '1.2.3').split('\n');
        expect(lines).toHaveLength(entries.length + 1);
        expect(lines.pop()).toBe('');
        for (const line of lines) expect(line).toMatch(/^[\x20-\x7e]*[^\]]$/);
      }),
    );
  });
});

test.each([
  ['a|b\\c', 'a\\|b\\\\c'],
  ['two\r\nlines', 'two lines'],
])('escapeHeader of %j is %j', (text, escaped) => {
  expect(escapeHeader(text)).toBe(escaped);
});

test.each([
  ['a=b\\c', 'a\\=b\\\\c'],
  ['two\r\nlines', 'two\\r\\nlines'],
])('escapeExtension of %j is %j', (text, escaped) => {
  expect(escapeExtension(text)).toBe(escaped);
});

test.each([
  ['/messages/0/content', '/messages/0/content'],
  ["a=b|c] d'(e)", 'a%3Db%7Cc%5D%20d%27%28e%29'],
  ['\ud800', '%EF%BF%BD'],
])('freeText of %j is %j', (text, encoded) => {
  expect(freeText(text)).toBe(encoded);
});
