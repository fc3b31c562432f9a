/** Requests whose answers are made to hold the event loop. */
import { ANSWERINGS } from './hostile-answers.ts';
import type { HostileKind } from './hostile-kind.ts';
import { many, name, phone } from './pieces.ts';

const SAID = `I am ${name(1)}, my number is ${phone(1)}.`;
/** A hundred values. */
const MUCH_SAID = many((n) => `I am ${name(n)}, my number is ${phone(n)}. `, 4000);

const chat = (content: string, stream: boolean): string =>
  JSON.stringify({ model: 'gpt-4o-mini', stream, messages: [{ role: 'user', content }] });
const responses = (input: string, stream: boolean): string =>
  JSON.stringify({ model: 'gpt-4o-mini', stream, store: false, input });

const BOTH = [false, true] as const;
const how = (stream: boolean): string => (stream ? 'streamed' : 'whole');

/** Answers with tokens and without, in every form. */
export const ANSWERED_BODIES: readonly HostileKind[] = BOTH.flatMap((stream) =>
  ANSWERINGS.filter((answering) => stream || !answering.includes('chunk')).flatMap((answering): HostileKind[] => [
    { name: `answer, ${how(stream)}: ${answering}`, body: () => chat(SAID, stream), answer: answering },
    {
      name: `answer of many values, ${how(stream)}: ${answering}`,
      body: () => chat(MUCH_SAID, stream),
      answer: answering,
    },
    {
      name: `answer without values, ${how(stream)}: ${answering}`,
      body: () => chat('Well.', stream),
      answer: answering,
    },
    {
      name: `response, ${how(stream)}: ${answering}`,
      door: 'responses',
      body: () => responses(SAID, stream),
      answer: answering,
    },
    {
      name: `response of many values, ${how(stream)}: ${answering}`,
      door: 'responses',
      body: () => responses(MUCH_SAID, stream),
      answer: answering,
    },
  ]),
);
