import { describe, expect, test } from 'vitest';
import { turnTexts } from '../../../src/sessions/turn-texts.ts';
import type { RecordedRedaction } from '../../../src/sessions/turn-texts.ts';

const token = (kind: string, letter: string) => `MSKV1.${kind}.K_HEALTHCARE.${letter.repeat(26)}`;
const [ANN, BOB] = [token('NAME', 'A'), token('NAME', 'B')];
const TOOL = '/messages/1/content';

const recorded = (seq: number, path: string, end: number, rest: object = {}): RecordedRedaction => ({
  seq,
  turn: 1,
  path,
  start: 0,
  end,
  kind: 'NAME',
  action: 'tokenize',
  ...rest,
});

const requestOf = (...contents: string[]) => ({
  model: 'stub',
  messages: contents.map((content) => ({ role: 'user', name: 'Ann', content })),
});

describe('turnTexts', () => {
  test('has every text of the request, and no word beside them', () => {
    const request = {
      messages: [
        { role: 'system', content: 'Book.' },
        { role: 'user', content: [{ type: 'text', text: 'Hello' }] },
        { role: 'assistant', content: null, tool_calls: [{ id: 'x', function: { name: 'f', arguments: '{}' } }] },
      ],
      metadata: { ward: 'North' },
      instructions: 'Be kind.',
    };
    expect(turnTexts(request, request, []).map(({ path, text }) => [path, text])).toEqual([
      ['/messages/0/content', 'Book.'],
      ['/messages/1/content/0/text', 'Hello'],
      ['/messages/2/tool_calls/0/function/arguments', '{}'],
      ['/instructions', 'Be kind.'],
    ]);
  });

  test('has the texts of redactions below other keys', () => {
    const request = { messages: [], metadata: { ward: 'Ann', floor: 'two' } };
    const masked = { messages: [], metadata: { ward: ANN, floor: 'two' } };
    expect(turnTexts(request, masked, [recorded(3, '/metadata/ward', 3)])).toEqual([
      { path: '/metadata/ward', text: 'Ann', masked: ANN, found: [{ seq: 3, start: 0, end: 3, kind: 'NAME' }] },
    ]);
  });

  test('tells the redactions of equal bounds in one JSON text apart', () => {
    const request = requestOf('hello', '[{"name":"Ann"},{"name":"Bob"},{"name":"Ann"}]');
    const masked = requestOf('hello', `[{"name":"${ANN}"},{"name":"${BOB}"},{"name":"${ANN}"}]`);
    const [, tool] = turnTexts(request, masked, [recorded(4, TOOL, 3), recorded(5, TOOL, 3)]);
    expect(tool?.found?.map(({ start, end, seq }) => [request.messages[1]?.content.slice(start, end), seq])).toEqual([
      ['Ann', 4],
      ['Bob', 5],
      ['Ann', 4],
    ]);
  });

  test('takes a value that an earlier text of the request is for one that the journal has already', () => {
    const request = requestOf('Ann', '[{"name":"Ann"},{"name":"Bob"}]');
    const masked = requestOf(ANN, `[{"name":"${ANN}"},{"name":"${BOB}"}]`);
    const texts = turnTexts(request, masked, [recorded(2, '/messages/0/content', 3), recorded(4, TOOL, 3)]);
    expect(texts[1]?.found?.map(({ seq }) => seq)).toEqual([null, 4]);
  });

  test('tells no redaction where the journal has another number of them', () => {
    const request = requestOf('hello', '[{"name":"Ann"},{"name":"Bob"}]');
    const masked = requestOf('hello', `[{"name":"${ANN}"},{"name":"${BOB}"}]`);
    expect(turnTexts(request, masked, [recorded(4, TOOL, 3)])[1]?.found?.map(({ seq }) => seq)).toEqual([null, null]);
  });

  test('tells no places in JSON with a value that passed unmasked', () => {
    const request = requestOf('hello', '[{"name":"Ann"},{"city":"Rome"}]');
    const masked = requestOf('hello', `[{"name":"${ANN}"},{"city":"Rome"}]`);
    const passed = recorded(5, TOOL, 4, { kind: 'ADDRESS', action: 'passthrough' });
    expect(turnTexts(request, masked, [recorded(4, TOOL, 3), passed])[1]?.found).toBeNull();
  });

  test('adds what earlier turns found in a text to what a later turn found in it', () => {
    const path = '/messages/0/content';
    const phone = token('PHONE', 'C');
    const [request, masked] = [requestOf('Ann at 5550142'), requestOf(`${ANN} at ${phone}`)];
    const first = recorded(2, path, 14, { start: 7, kind: 'PHONE' });
    const later = recorded(9, path, 3, { turn: 2 });
    const found = (recorded: RecordedRedaction[]) => turnTexts(request, masked, recorded)[0]?.found;
    expect(found([first, later])?.map(({ seq }) => seq)).toEqual([9, 2]);
    // The later redaction is of the same place: the earlier one does not count.
    expect(found([first, recorded(3, path, 3), later])?.map(({ seq }) => seq)).toEqual([9, 2]);
    expect(found([later])).toBeNull();
  });

  test('tells no places in a text to which an earlier turn had another at its path', () => {
    const earlier = [recorded(2, '/messages/0/content', 3)];
    const found = (text: string, sent: string) => turnTexts(requestOf(text), requestOf(sent), earlier)[0]?.found;
    expect(found('Ann is here', `${ANN} is here`)).toEqual([{ seq: 2, start: 0, end: 3, kind: 'NAME' }]);
    expect(found('good morning', 'good morning')).toEqual([]);
    expect(found('it is Bob', `it is ${BOB}`)).toBeNull();
  });

  test('tells no places in a text of which the journal has no redaction at its path', () => {
    expect(turnTexts(requestOf('it is Bob'), requestOf(`it is ${BOB}`), [])[0]?.found).toBeNull();
  });
});
