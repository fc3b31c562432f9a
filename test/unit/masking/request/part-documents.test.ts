/** Parts of a message that are JSON: their texts have other places than the characters of the part. */
import { expect, test } from 'vitest';
import { bodyLeaving } from './json-call.ts';

/** The parts of a caller's message as they would leave. */
function partsLeaving(...texts: string[]): readonly unknown[] {
  const content = texts.map((text) => ({ type: 'text', text }));
  const { messages } = bodyLeaving({ model: 'stub', messages: [{ role: 'user', content }] });
  return (messages as readonly { readonly content: readonly { readonly text: string }[] }[]).flatMap((message) =>
    message.content.map(({ text }) => text),
  );
}

test('texts of a short JSON part beside others are masked like those of a part that stands alone', () => {
  const document = JSON.stringify({
    x: 'call Maria Kowalczyk at 415-555-0132 today',
    weather: 'it is cold outside and there will be rain in the afternoon',
    list: ['nothing else', 'thank you'],
  });
  const alone = partsLeaving(document);
  expect(alone).toEqual([
    JSON.stringify({
      x: 'call <NAME> at <PHONE> today',
      weather: 'it is cold outside and there will be rain in the afternoon',
      list: ['nothing else', 'thank you'],
    }),
  ]);
  expect(partsLeaving('hello there', document, 'thanks a lot')).toEqual(['hello there', ...alone, 'thanks a lot']);
});

test('an ID that is cut between a quoted part and the next one is masked in both', () => {
  expect(partsLeaving('"my ssn is 219-09"', '-9999 thanks')).toEqual(['"my ssn is <SSN>"', '<SSN> thanks']);
});
