/** Generated calls of kinds that an earlier build got wrong: parts of known values, dates that are nobody's, the persona. */
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { maskChatRequest } from '../request/mask-request.ts';
import type { JsonObject } from '../../../../src/json/json-text.ts';
import { MaskingMemory } from '../../../../src/masking/turn/masking-memory.ts';
import { maskingTerms } from '../../../../src/masking/turn/masking-terms.ts';
import { MASKING_PASSES, TurnMasking } from '../../../../src/masking/turn/turn-masking.ts';
import { createIssuer, TokenKeys } from '../../../../src/tokens/issuer.ts';
import { KeyRing } from '../../../../src/tokens/key-ring.ts';
import { policyOf } from '../../policy/policies.ts';
import { maskerOf } from './mask-at-once.ts';

const KEYS = new TokenKeys(new KeyRing([{ kid: 'K_HEALTHCARE', role: 'active', secret: Buffer.alloc(32, 1) }]));
const TERMS = maskingTerms(policyOf(readFileSync('configs/mask_policy.yaml', 'utf8')));
const TOKEN = /MSKV1\.[A-Z_]+\.K_HEALTHCARE\.[A-Z2-7]+/g;

type Message = readonly [role: 'user' | 'assistant' | 'system' | 'tool', content: string];

/** What leaves of one request: the messages' texts. */
function leaving(messages: readonly Message[], further: JsonObject = {}): readonly string[] {
  const account = 'acc_01HYZ000000000000000000000';
  const issuer = createIssuer(KEYS, 'vault-deterministic', 'K_HEALTHCARE', account, 'sess_01HYZ000000000000000000000');
  const masking = new TurnMasking(new MaskingMemory(), TERMS, issuer);
  const list = messages.map(([role, content]) => ({ role, content }));
  let texts: string[] = [];
  for (let pass = 0, known = -1; pass < MASKING_PASSES && masking.knownCount > known; pass += 1) {
    known = masking.knownCount;
    masking.beginPass();
    const result = maskChatRequest({ model: 'stub', messages: list, ...further }, maskerOf(masking), {
      binaryContent: 'block',
    });
    if (!result.ok) throw new Error(result.problem.message);
    texts = (JSON.parse(JSON.stringify(result.body)) as { messages: { content: string }[] }).messages.map(
      ({ content }) => content,
    );
  }
  return texts;
}

const hold = <T>(inputs: fc.Arbitrary<T>, holds: (input: T) => void): void => {
  fc.assert(fc.property(inputs, holds), { seed: 20_261_129, numRuns: 50 });
};
const one = <T>(...items: T[]): fc.Arbitrary<T> => fc.constantFrom(...items);
const int = (min: number, max: number): fc.Arbitrary<number> => fc.integer({ min, max });
const SAID = 'zero one two three four five six seven eight nine'.split(' ');

describe('the beginning of a value that the call knows', () => {
  const call = (intro: string, readBack: string): readonly string[] =>
    leaving([
      ['user', intro],
      ['assistant', 'Thank you. What can I do for you today?'],
      ['user', 'my knee hurts'],
      ['assistant', readBack],
      ['user', 'yes'],
    ]);

  it('gets the token of the whole telephone number, however its digits are read back', () => {
    const number = fc.tuple(one('602', '713', '970', '206'), int(0, 9), int(1000, 9999));
    hold(fc.tuple(number, int(6, 9), one(' ', ', ', '. ', 'words')), ([[area, digit, last], length, by]) => {
      const digits = `${area}55${digit}${last}`;
      const read = Array.from(digits.slice(0, length));
      const said = by === 'words' ? read.map((each) => SAID[Number(each)]).join(' ') : read.join(by);
      const [intro = '', , , readBack = ''] = call(
        `my number is ${area}-55${digit}-${last}`,
        `Before we go on, I have ${said}`,
      );
      expect(readBack.match(TOKEN), said).toEqual(intro.match(TOKEN));
      expect(readBack.replace(TOKEN, ''), said).not.toMatch(/\d|zero|one|two|three|four|five|six|seven|eight|nine/);
    });
  });

  it('gets the token of the whole card number, not that of a telephone number', () => {
    hold(one('4539 5787 6362 1486', '4111 1111 1111 1111', '4242 4242 4242 4242', '5105 1051 0510 5100'), (card) => {
      const [intro = '', , , readBack = ''] = call(`the card is ${card}`, `I have ${card.slice(0, 12)}`);
      expect(readBack.match(TOKEN), card).toEqual(intro.match(TOKEN));
    });
  });

  it('leaves nothing of a name that is cut with a dash', () => {
    hold(
      fc.tuple(
        one('Marisol Quintanilla', 'Rosalind Achterberg', 'Octavio Bellweather', 'Priyanka Venkataraman'),
        int(5, 7),
      ),
      ([name, length]) => {
        const cut = name.slice(0, length);
        const readBack = call(`Hi this is ${name}`, `Thank you ${cut}—`)[3] ?? '';
        expect(readBack).not.toContain(cut);
      },
    );
  });

  it('leaves nothing of a street that is cut', () => {
    hold(fc.tuple(int(101, 9899), one('Cedar Hollow Lane', 'Larkspur Court', 'Harrow Bend')), ([house, street]) => {
      const part = `${house} ${street.split(' ')[0] ?? ''}`;
      const readBack = call(`I live at ${house} ${street}, Tempe, Arizona 85281`, `Got it, ${part}`)[3] ?? '';
      expect(readBack).not.toContain(String(house));
      expect(readBack).not.toContain(street.split(' ')[0]);
    });
  });
});

const month = one('January', 'March', 'July', 'October', 'December');
const iso = fc
  .tuple(int(2026, 2028), int(1, 12), int(1, 28))
  .map(([year, m, day]) => `${year}-${String(m).padStart(2, '0')}-${String(day).padStart(2, '0')}`);

describe('dates that are nobody’s', () => {
  it('stay in a prompt that tells the day, closures and formats', () => {
    const written = fc.tuple(month, int(1, 28), int(2026, 2028)).map(([name, day, year]) => `${name} ${day}, ${year}`);
    hold(
      fc.tuple(
        one(
          'Today is {}.',
          'Current date: {}.',
          'We are closed on {}.',
          'As of {} the office hours are 8 to 5.',
          'Dates are formatted like {}.',
        ),
        fc.oneof(written, iso),
      ),
      ([line, date]) => {
        expect(
          leaving([
            ['system', line.replace('{}', date)],
            ['user', 'hi'],
          ])[0],
        ).toBe(line.replace('{}', date));
      },
    );
  });

  it('stay in free slots of a tool, as values and as keys', () => {
    hold(fc.tuple(iso, iso, one('09:00', '13:30')), ([a, b, time]) => {
      for (const result of [
        { slots: [`${a}T${time}:00-07:00`, `${b}T${time}:00-07:00`] },
        {
          openings: [
            { date: a, time },
            { date: b, time },
          ],
        },
        { free_slots: { [a]: [time], [b]: [time] } },
        { next_available: a },
      ]) {
        const text = JSON.stringify(result);
        expect(
          leaving([
            ['user', 'what is open?'],
            ['tool', text],
          ])[1],
        ).toBe(text);
      }
    });
  });

  it('are masked once they are said as the caller’s own', () => {
    hold(fc.tuple(month, int(1, 28)), ([name, day]) => {
      const [text = ''] = leaving([['user', `my surgery was on ${name} ${day}`]]);
      expect(text).not.toContain(`${name} ${day}`);
    });
  });
});

describe('a prompt', () => {
  it('keeps the name that it gives to the agent', () => {
    hold(
      fc.tuple(
        one(
          'You are {}, a friendly assistant of Harbor Pediatrics.',
          'Your name is {}. You answer calls.',
          'Act as {}, the receptionist.',
        ),
        one('Robin', 'Savannah', 'Grace', 'Austin', 'Kai'),
      ),
      ([line, name]) => {
        expect(
          leaving([
            ['system', line.replace('{}', name)],
            ['user', 'hi'],
          ])[0],
        ).toContain(name);
      },
    );
  });

  it('keeps the states, towns and zones that a schema lists', () => {
    hold(
      fc.uniqueArray(one('CA', 'TX', 'NY', 'Ventura', 'Oxnard', 'Tempe', 'America/Denver'), { minLength: 2 }),
      (values) => {
        const parameters = { type: 'object', properties: { place: { type: 'string', enum: values } } };
        const further = { tools: [{ type: 'function', function: { name: 'book', parameters } }] };
        const masked: string[] = [];
        const issuer = createIssuer(
          KEYS,
          'vault-deterministic',
          'K_HEALTHCARE',
          'acc_01HYZ000000000000000000000',
          'sess_01HYZ000000000000000000000',
        );
        const masking = new TurnMasking(new MaskingMemory(), TERMS, issuer);
        masking.beginPass();
        const result = maskChatRequest(
          { model: 'stub', messages: [{ role: 'user', content: 'hi' }], ...further },
          maskerOf(masking),
          { binaryContent: 'block' },
        );
        if (result.ok) masked.push(JSON.stringify(result.body));
        expect(masked[0]).toContain(JSON.stringify(values));
      },
    );
  });
});
