import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GENERATED_B, generate } from '../../eval/sets/generator.ts';
import { LABELS, MarkError, parseMarks } from '../../eval/sets/marks.ts';
import type { GoldSpan, Label, Style } from '../../eval/sets/marks.ts';
import { jsonLines, parseCalls, parseNotes, SourceError } from '../../eval/sets/sources.ts';

const SETS = new URL('../../eval/sets/', import.meta.url);
const file = (name: string): string => readFileSync(new URL(name, SETS), 'utf8');

interface Row {
  readonly id: string;
  readonly style: Style;
  readonly text: string;
  readonly spans: readonly GoldSpan[];
}

const calls = parseCalls(file('calls.txt'));
const corners = parseCalls(file('corners.txt'));
const notes = parseNotes(file('notes.txt'));

describe('marks', () => {
  it('takes the marks out and answers where they stood', () => {
    expect(parseMarks('hi [NAME maria ochoa], zip [GEO 78666]')).toEqual({
      text: 'hi maria ochoa, zip 78666',
      spans: [
        { start: 3, end: 14, label: 'NAME', orig: 'NAME' },
        { start: 20, end: 25, label: 'GEO', orig: 'GEO' },
      ],
    });
  });

  it('counts UTF-16 code units', () => {
    expect(parseMarks('🙂 [NAME Þór]').spans).toEqual([{ start: 3, end: 6, label: 'NAME', orig: 'NAME' }]);
  });

  it.each([
    ['[WHO maria]', 'unknown label "WHO"'],
    ['[name maria]', 'unknown label "name"'],
    ['[maria]', 'unknown label "maria"'],
    ['hi [NAME maria', '"[" without "]" at "[NAME maria"'],
    ['hi maria] there', '"]" without "[" after "hi maria"'],
    ['[NAME [GEO paris]]', 'a mark in a mark, or "[" without "]", at "[NAME [GEO paris"'],
    ['[NAME]', 'NAME without a value'],
    ['[NAME ]', 'NAME without a value'],
    ['[NAME  maria]', 'white space at the edge of NAME " maria"'],
    ['[NAME maria ]', 'white space at the edge of NAME "maria "'],
  ])('refuses %s', (source, problem) => {
    expect(() => parseMarks(source)).toThrow(new MarkError(problem));
  });

  it('finds every part again, whatever the parts are', () => {
    const words = fc.stringMatching(/^[^[\]\s]+( [^[\]\s]+)*$/);
    const part = fc.record({
      before: fc.string().map((text) => text.replace(/[[\]]/g, '')),
      label: fc.constantFrom(...LABELS),
      value: words,
    });
    fc.assert(
      fc.property(fc.array(part), (parts) => {
        const { text, spans } = parseMarks(
          parts.map(({ before, label, value }) => `${before}[${label} ${value}]`).join(''),
        );
        expect(text).toBe(parts.map(({ before, value }) => before + value).join(''));
        expect(spans.map(({ start, end, label }) => [label, text.slice(start, end)])).toEqual(
          parts.map(({ label, value }) => [label, value]),
        );
      }),
    );
  });
});

describe('the source of the calls', () => {
  it('reads headers, comments and turns', () => {
    expect(
      parseCalls(
        '# people\n\n== first spoken\nagent: hello\ncaller: it is [NAME ana]\n\n== second written\nagent: Yes?\n',
      ),
    ).toEqual([
      { id: 'first/1', call: 'first', turn: 1, speaker: 'agent', style: 'spoken', text: 'hello', spans: [] },
      {
        id: 'first/2',
        call: 'first',
        turn: 2,
        speaker: 'caller',
        style: 'spoken',
        text: 'it is ana',
        spans: [{ start: 6, end: 9, label: 'NAME', orig: 'NAME' }],
      },
      { id: 'second/1', call: 'second', turn: 1, speaker: 'agent', style: 'written', text: 'Yes?', spans: [] },
    ]);
  });

  it('reads \\n in a turn as a line break, inside a mark too', () => {
    expect(parseCalls('== form written\ncaller: a\\n[SSN 1\\n2]\n')).toEqual([
      {
        id: 'form/1',
        call: 'form',
        turn: 1,
        speaker: 'caller',
        style: 'written',
        text: 'a\n1\n2',
        spans: [{ start: 2, end: 5, label: 'SSN', orig: 'SSN' }],
      },
    ]);
  });

  it.each([
    ['agent: hello', 1, 'a turn before the first header'],
    ['== a spoken\nnurse: hello', 2, 'a turn is "agent: ..." or "caller: ..."'],
    ['== a spoken\nagent:', 2, 'a turn is "agent: ..." or "caller: ..."'],
    ['== a sung', 1, 'unknown style "sung"'],
    ['== a', 1, 'a header is "== id word"'],
    ['== a spoken\nagent: hi\n== a written', 3, 'the id "a" stands twice'],
    ['== a spoken\nagent: hi\ncaller: [NAM ana]', 3, 'unknown label "NAM"'],
  ])('refuses %j', (source, line, problem) => {
    expect(() => parseCalls(source)).toThrow(new SourceError(line, problem));
  });
});

describe('the source of the notes', () => {
  it('reads documents of several lines', () => {
    expect(
      parseNotes('# people\n== one letter\n\nDear [NAME Ana],\n\n# of visits: 2\n\n== two form\nMRN: [MRN 12]'),
    ).toEqual([
      {
        id: 'one',
        document: 'letter',
        style: 'written',
        text: 'Dear Ana,\n\n# of visits: 2',
        spans: [{ start: 5, end: 8, label: 'NAME', orig: 'NAME' }],
      },
      {
        id: 'two',
        document: 'form',
        style: 'written',
        text: 'MRN: 12',
        spans: [{ start: 5, end: 7, label: 'MRN', orig: 'MRN' }],
      },
    ]);
  });

  it.each([
    ['Dear [NAME Ana]', 1, 'text before the first header'],
    ['== a letter\n\n== b letter\nhi', 1, 'the document "a" has no text'],
    ['== a letter\nDear\n[NAME Ana\nMaria]', 3, '"[" without "]" at "[NAME Ana"'],
    ['== a letter\nhi\n== a form\nhi', 3, 'the id "a" stands twice'],
  ])('refuses %j', (source, line, problem) => {
    expect(() => parseNotes(source)).toThrow(new SourceError(line, problem));
  });
});

function count(rows: readonly Row[], label: Label, style: Style): number {
  return rows
    .filter((row) => row.style === style)
    .flatMap(({ spans }) => spans)
    .filter((span) => span.label === label).length;
}

function withoutPhi(rows: readonly Row[]): number {
  return rows.filter(({ spans }) => spans.every(({ label }) => label === 'ORG' || label === 'NEUTRAL')).length;
}

describe.each([
  ['calls.jsonl', calls],
  ['corners.jsonl', corners],
  ['notes.jsonl', notes],
  ['generated-b.jsonl', generate(GENERATED_B)],
])('%s', (name, rows: readonly Row[]) => {
  it('is what its source says', () => {
    expect(file(name)).toBe(jsonLines(rows));
  });

  it('has every id once', () => {
    expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
  });

  it('has spans in order, within the text, that neither overlap nor start or end at white space or before closing punctuation', () => {
    for (const { id, text, spans } of rows) {
      let end = 0;
      for (const span of spans) {
        const value = text.slice(span.start, span.end);
        expect(span.start, id).toBeGreaterThanOrEqual(end);
        expect(span.end, id).toBeLessThanOrEqual(text.length);
        expect(value, id).toMatch(/^[^\s,;:!?](.*[^\s,;:!?])?$/s);
        end = span.end;
      }
    }
  });

  it('cuts no word: letters and digits do not go on beside a span', () => {
    for (const { id, text, spans } of rows) {
      for (const { start, end } of spans) {
        expect(`${text.slice(start - 1, start)}|${text.slice(end, end + 1)}`, id).not.toMatch(/[\p{L}\p{N}]/u);
      }
    }
  });
});

describe('calls', () => {
  it('are enough, and half of the turns hold no PHI', () => {
    expect(calls.length).toBeGreaterThanOrEqual(520);
    expect(withoutPhi(calls) / calls.length).toBeGreaterThan(0.45);
    expect(new Set(calls.map(({ call }) => call)).size).toBeGreaterThanOrEqual(60);
  });

  it('keep the two styles apart: a recogniser writes neither capitals nor digits nor punctuation', () => {
    for (const { id, style, text } of calls) {
      if (style === 'spoken') expect(text, id).not.toMatch(/[A-Z0-9.,;:!?]/);
    }
  });

  it('have each turn once: nothing is repeated but short answers', () => {
    const long = calls.map(({ text }) => text).filter((text) => text.length > 60);
    expect(new Set(long).size).toBe(long.length);
  });

  it('have every kind in both styles, though few pictures are spoken of', () => {
    for (const label of LABELS) {
      expect(count(calls, label, 'written'), label).toBeGreaterThanOrEqual(label === 'ORG' ? 15 : 25);
      expect(count(calls, label, 'spoken'), label).toBeGreaterThanOrEqual(
        label === 'PHOTO' || label === 'ORG' ? 7 : 25,
      );
    }
  });
});

describe('corners', () => {
  it('has at least 800 turns in 80 calls, and more than half of the turns hold no PHI', () => {
    expect(corners.length).toBeGreaterThanOrEqual(800);
    expect(withoutPhi(corners) / corners.length).toBeGreaterThan(0.5);
    expect(new Set(corners.map(({ call }) => call)).size).toBeGreaterThanOrEqual(80);
  });

  it('has no digits in spoken turns', () => {
    for (const { id, style, text } of corners) {
      if (style === 'spoken') expect(text, id).not.toMatch(/[0-9]/);
    }
  });

  it('repeats no turn of more than 60 characters', () => {
    const long = corners.map(({ text }) => text).filter((text) => text.length > 60);
    expect(new Set(long).size).toBe(long.length);
  });
});

describe('notes', () => {
  it('are sixty, some without PHI', () => {
    expect(notes.length).toBeGreaterThanOrEqual(60);
    expect(withoutPhi(notes)).toBeGreaterThan(0);
  });
});
