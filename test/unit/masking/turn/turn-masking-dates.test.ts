/** Dates that are nobody's, until they become a person's; and the name that a prompt gives to the agent. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { maskChatRequest } from '../request/mask-request.ts';
import type { JsonObject, JsonValue } from '../../../../src/json/json-text.ts';
import { MaskingMemory } from '../../../../src/masking/turn/masking-memory.ts';
import { maskingTerms, type MaskingTerms } from '../../../../src/masking/turn/masking-terms.ts';
import { MASKING_PASSES, TurnMasking } from '../../../../src/masking/turn/turn-masking.ts';
import { runAtOnce } from '../../../../src/platform/steps.ts';
import { createIssuer, TokenKeys } from '../../../../src/tokens/issuer.ts';
import { KeyRing } from '../../../../src/tokens/key-ring.ts';
import { policyOf } from '../../policy/policies.ts';
import { maskerOf } from './mask-at-once.ts';

const KEYS = new TokenKeys(new KeyRing([{ kid: 'K_HEALTHCARE', role: 'active', secret: Buffer.alloc(32, 1) }]));
const SHIPPED = readFileSync('configs/mask_policy.yaml', 'utf8');
const KEEPING = maskingTerms(policyOf(SHIPPED));
const MASKING = maskingTerms(policyOf(SHIPPED.replace('calendar_dates: keep', 'calendar_dates: mask')));

type Message = readonly [role: 'user' | 'assistant' | 'system' | 'tool', content: string];

/** One request of a call: what leaves, with each token as `<KIND>`, and how many dates stayed. */
function request(
  messages: readonly Message[],
  {
    memory = new MaskingMemory(),
    by = KEEPING,
    further = {},
  }: { memory?: MaskingMemory; by?: MaskingTerms; further?: JsonObject } = {},
): { readonly shown: readonly string[]; readonly body: string; readonly kept: number } {
  const issuer = createIssuer(
    KEYS,
    'vault-deterministic',
    'K_HEALTHCARE',
    'acc_01HYZ000000000000000000000',
    'sess_01HYZ000000000000000000000',
  );
  const masking = new TurnMasking(memory, by, issuer);
  const list: JsonValue = messages.map(([role, content]) => ({ role, content }));
  let shown: string[] = [];
  let body = '';
  let known = -1;
  for (let pass = 0; pass < MASKING_PASSES && masking.knownCount > known; pass += 1) {
    known = masking.knownCount;
    masking.beginPass();
    const result = maskChatRequest({ model: 'stub', messages: list, ...further }, maskerOf(masking), {
      binaryContent: 'block',
    });
    if (!result.ok) throw new Error(result.problem.message);
    body = JSON.stringify(result.body).replace(/MSKV1\.([A-Z_]+)\.K_HEALTHCARE\.[A-Z2-7]+/g, '<$1>');
    shown = (JSON.parse(body) as { messages: { content: string }[] }).messages.map(({ content }) => content);
  }
  const kept = runAtOnce(masking.countingKeptDates());
  masking.commit();
  return { shown, body, kept };
}

const USER: Message = ['user', 'hi'];

describe('a record of somebody keeps no date', () => {
  test.each([
    '{"claim":{"status":"closed","date_of_service":"2026-03-14","amount":3}}',
    '{"referrals":[{"status":"open","referred_on":"2026-03-14"}]}',
    '{"lab_orders":[{"status":"open","collected_on":"2026-03-14"}]}',
    '{"deceased":"2026-03-14","status":"closed"}',
    'admission date=03/14/2026',
    'death date=03/14/2026',
    'rx fill date=03/14/2026',
    'Chart last reviewed on 03/14/2026.',
    'Patient did not take appointment on 03/14/2026.',
    'Client could not schedule visits on 03/14/2026.',
    '1958-03-14 00:00, 2026-03-14 09:00',
  ])('in a tool result: %s', (content) => {
    const { shown } = request([
      ['user', 'hi'],
      ['tool', content],
    ]);
    expect(shown[1]).toMatch(/<(?:DATE|DOB)>/);
    expect(shown[1]).not.toContain('14');
  });

  test('in what the agent says of a procedure', () => {
    const { shown } = request([
      ['user', 'hi'],
      ['assistant', 'Okay, the procedure takes place on March 14, 2026.'],
    ]);
    expect(shown[1]).toContain('<DATE>');
  });

  test.each(['Is March 14, 1962 available in your records?', 'Are there any test results from around March 14, 2026?'])(
    'in what the caller asks of records: %s',
    (content) => {
      expect(request([['user', content]]).shown[0]).toMatch(/<(?:DATE|DOB)>/);
    },
  );
});

describe('a day of the practice stays', () => {
  test.each([
    '[{"date":"2026-03-14","status":"free"},{"date":"2026-03-15","status":"busy"}]',
    '{"date":"2026-03-14","open":false}',
    '{"date":"2026-03-14","times":["09:00","10:30"]}',
    '{"slot_id":"s1","start":"2026-03-14T09:00","available":true}',
  ])('in a tool result: %s', (content) => {
    const { shown } = request([
      ['user', 'hi'],
      ['tool', content],
    ]);
    expect(shown[1]).toBe(content);
  });
});

describe('a prompt keeps', () => {
  test.each([
    'Today is Tuesday, November 24, 2026 at 3:45 PM Eastern.',
    'Current date: 2026-11-24T15:45:00.000Z.',
    'The current date and time is November 24, 2026, 3:45 PM.',
    'Office hours: Monday to Friday 8 AM to 5 PM. Closed on December 25 and January 1.',
    'Holidays:\n- December 25\n- January 1\n- July 4',
    'We are closed November 26 and November 27 for Thanksgiving.',
    'The clinic reopens on January 4, 2027.',
    'We do not see patients on December 25.',
    'Write dates like this, e.g. 2024-01-15.',
    'Now: 11/24/2026 15:45',
  ])('%s', (prompt) => {
    const { shown, kept } = request([['system', prompt], USER]);
    expect(shown[0]).toBe(prompt);
    expect(kept).toBeGreaterThan(0);
  });
});

describe('a prompt does not keep', () => {
  test.each([
    ["The patient's last visit was November 3, 2026.", 'November 3, 2026'],
    ['Today is November 24, 2026. The caller was last seen on October 2, 2026.', 'October 2, 2026'],
    ['Caller: Maria Lopez, DOB 03/14/1982.', '03/14/1982'],
    ['Her appointment is on December 4, 2026.', 'December 4, 2026'],
    ['She was admitted on 11/20/2026 and discharged on 11/22/2026.', '11/22/2026'],
    ['Notes: 11/03/2026 knee pain', '11/03/2026'],
  ])('%s', (prompt, date) => {
    expect(request([['system', prompt], USER]).shown[0]).not.toContain(date);
  });
});

describe('a tool', () => {
  const SLOTS =
    '{"slots":["2026-12-04T14:30:00-08:00","2026-12-07T15:00:00-08:00"],"timezone":"America/Los_Angeles","total":2}';

  test('keeps free slots', () => {
    const { shown, kept } = request([USER, ['tool', SLOTS]]);
    expect(shown[1]).toBe(SLOTS);
    expect(kept).toBe(2);
  });

  test.each([
    '{"available_slots":[{"start":"2026-12-04T14:30:00Z","end":"2026-12-04T15:00:00Z"}]}',
    '{"holidays":["2026-12-25","2027-01-01"],"closed_on":"2026-11-26"}',
    '{"resourceType":"Slot","status":"free","start":"2026-12-04T14:30:00Z"}',
    '{"today":"2026-11-24"}',
    '{"resourceType":"Schedule","planningHorizon":{"start":"2026-12-01","end":"2026-12-31"}}',
    '{"resourceType":"Location","meta":{"lastUpdated":"2026-11-01T10:00:00Z"}}',
    '{"resourceType":"Slot","start":"2026-12-10T08:15:00Z","appointmentType":{"text":"Follow-up"}}',
    '{"availability":{"2026-12-15":"open"},"next_available":"2026-12-15T09:00:00Z"}',
    '{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Slot","start":"2026-12-10T08:15:00+01:00"}}]}',
  ])('keeps the times of %s', (json) => {
    expect(request([USER, ['tool', json]]).shown[1]).toBe(json);
  });

  test.each([
    '{"patient":{"name":"Maria Lopez","last_visit":"2026-10-02"}}',
    '{"appointments":[{"start":"2026-12-04T14:30:00Z","patient":"Maria Lopez"}]}',
    '{"slots":[{"start":"2026-12-04T14:30:00Z","patient_name":"Maria Lopez"}]}',
    '{"effectiveDateTime":"2026-10-02"}',
    '{"resourceType":"Appointment","status":"booked","start":"2026-12-04T14:30:00Z"}',
    '{"visits":{"2026-10-02":"seen"}}',
  ])('does not keep the dates of %s', (json) => {
    expect(request([USER, ['tool', json]]).shown[1]).not.toMatch(/2026-\d\d-\d\d/);
  });

  test('keeps the examples in its description and its schema', () => {
    const tools = [
      {
        type: 'function',
        function: {
          name: 'book',
          description: 'Books. Date format YYYY-MM-DD e.g. 2024-01-15; phone in E.164.',
          parameters: {
            type: 'object',
            properties: { appointment_date: { type: 'string', examples: ['2024-01-15'] } },
          },
        },
      },
    ];
    const { body } = request([USER], { further: { tools } });
    expect(body).toContain('e.g. 2024-01-15; phone in E.164.');
    expect(body).toContain('"examples":["2024-01-15"]');
  });

  test('masks a slot from the moment the caller chooses it', () => {
    const memory = new MaskingMemory();
    const start: Message[] = [
      ['user', 'what is open?'],
      ['tool', SLOTS],
    ];
    expect(request(start, { memory }).shown[1]).toBe(SLOTS);
    const offer: Message[] = [
      ...start,
      ['assistant', 'I have Friday December 4th at 2:30 or Monday December 7th at 3.'],
    ];
    const { shown, kept } = request([...offer, ['user', 'the fourth works']], { memory });
    expect(shown[3]).not.toContain('fourth');
    expect(shown[2]).not.toContain('December 4th');
    expect(shown[2]).toContain('December 7th');
    expect(shown[1]).not.toContain('2026-12-04');
    expect(shown[1]).toContain('2026-12-07T15:00:00-08:00');
    expect(kept).toBe(2);
  });

  test('masks a slot that the caller agrees to', () => {
    const said: Message[] = [
      ['tool', '{"slots":["2026-12-04T14:30:00Z"]}'],
      ['assistant', 'I have December 4th at 2:30. Does that work?'],
      ['user', 'yes perfect'],
    ];
    const { shown } = request(said);
    expect(shown.join()).not.toMatch(/December 4th|2026-12-04/);
  });
});

describe('a caller', () => {
  test.each([
    ['i was seen on november 3rd', 'november 3rd'],
    ['my appointment is December 4', 'December 4'],
    ['can i come in on December 4th', 'December 4th'],
  ])('says a date of the caller: %s', (text, date) => {
    expect(request([['user', text]]).shown[0]).not.toContain(date);
  });

  test.each(['are you open on December 26?', 'are you guys closed on July 4th?'])(
    'asks about the practice: %s',
    (text) => {
      expect(request([['user', text]]).shown[0]).toBe(text);
    },
  );
});

describe('an agent', () => {
  test('keeps what it offers and masks what it confirms', () => {
    const offer = 'We have openings on December 4th and December 7th.';
    expect(request([USER, ['assistant', offer]]).shown[1]).toBe(offer);
    const confirmed = 'Your appointment is confirmed for December 4th.';
    expect(request([USER, ['assistant', confirmed]]).shown[1]).not.toContain('December 4th');
  });
});

test('the policy may have all dates masked', () => {
  const { shown, kept } = request([['system', 'Today is Tuesday, November 24, 2026.'], USER], { by: MASKING });
  expect(shown[0]).not.toContain('November 24, 2026');
  expect(kept).toBe(0);
});

describe('the name that a prompt gives to the agent', () => {
  const PROMPT: Message = ['system', 'You are Robin, a friendly scheduling assistant for Harbor Pediatrics.'];

  test('stays in the prompt, in greetings and where the caller greets', () => {
    const said: Message[] = [
      PROMPT,
      ['assistant', 'Hi, this is Robin from Harbor Pediatrics.'],
      ['user', 'Hi Robin, I need a refill.'],
    ];
    expect(request(said).shown).toEqual(said.map(([, text]) => text));
  });

  test('is masked everywhere once the caller has the same name', () => {
    const { shown } = request([PROMPT, ['user', 'my name is Robin Delgado']]);
    expect(shown.join()).not.toContain('Robin');
  });
});
