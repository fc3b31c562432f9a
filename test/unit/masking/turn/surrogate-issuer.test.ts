/** Surrogates of a session: issued once for each value, never a word of the call, and restored from any cut of an answer. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SPEECH, RESTORE_ALL } from '../../../../src/masking/rehydration/destination.ts';
import type { Destination } from '../../../../src/masking/rehydration/destination.ts';
import { IssuedTokens } from '../../../../src/masking/rehydration/issued-tokens.ts';
import { Rehydrator } from '../../../../src/masking/rehydration/rehydrate.ts';
import { RehydrationCounts } from '../../../../src/masking/rehydration/rehydration-counts.ts';
import { TextLane, type TextForm } from '../../../../src/masking/rehydration/text-lane.ts';
import { MaskingMemory } from '../../../../src/masking/turn/masking-memory.ts';
import { sessionIssuer } from '../../../../src/masking/turn/surrogate-issuer.ts';
import { maskingTerms } from '../../../../src/masking/turn/masking-terms.ts';
import { TurnMasking } from '../../../../src/masking/turn/turn-masking.ts';
import { policyOf } from '../../policy/policies.ts';
import { factOf } from '../../../../src/masking/turn/redaction-fact.ts';
import { pointerSegment } from '../../../../src/masking/request/text-slot.ts';
import type { Span } from '../../../../src/detection/span.ts';
import type { EntityKind } from '../../../../src/detection/kinds.ts';
import type { SessionId } from '../../../../src/platform/ids.ts';
import type { IssuedToken } from '../../../../src/tokens/issued-token.ts';
import { createIssuer, TokenKeys } from '../../../../src/tokens/issuer.ts';
import type { TokenIssuer } from '../../../../src/tokens/issuer.ts';
import { KeyRing } from '../../../../src/tokens/key-ring.ts';
import { beginningOf } from '../../../../src/tokens/value-tokens.ts';
import { maskerOf } from './mask-at-once.ts';

type Value = readonly [EntityKind, string];

const keys = new TokenKeys(new KeyRing([{ kid: 'K_HEALTHCARE', role: 'active', secret: Buffer.alloc(32, 1) }]));
const ACCOUNT = 'acc_01HYZ000000000000000000000';
const SESSION: SessionId = 'sess_01HYZ000000000000000000000';

function issuerOf(memory: MaskingMemory, seed: string | null = null, session: SessionId = SESSION): TokenIssuer {
  return sessionIssuer({ keys, tokenization: 'synthetic', kid: 'K_HEALTHCARE', seed }, ACCOUNT, session, memory);
}

/** Issues as a turn does: what is issued joins the session. */
function issueAll(memory: MaskingMemory, values: readonly Value[], seed: string | null = null): IssuedToken[] {
  const issuer = issuerOf(memory, seed);
  for (const [, value] of values) issuer.words?.hear(value, 0, value.length);
  return values.map(([kind, value]) => {
    const issued = issuer.issue(kind, value);
    memory.tokens.set(issued.token, issued);
    return issued;
  });
}

const written = ({ surrogate, token }: IssuedToken): string => surrogate ?? token;

function rehydrator(memory: MaskingMemory, account = new RehydrationCounts()): Rehydrator {
  return new Rehydrator({ index: new IssuedTokens(memory.tokens), restore: RESTORE_ALL, counts: account });
}

function streamed(
  memory: MaskingMemory,
  pieces: readonly string[],
  form: TextForm = 'plain',
  to: Destination = SPEECH,
) {
  const lane = new TextLane(rehydrator(memory), form);
  return (
    pieces.map((piece) => (lane.passes(piece) ? piece : lane.push(piece, to, false))).join('') + lane.push('', to, true)
  );
}

const MARIA: Value = ['NAME', 'Maria Gonzalez'];
const PHONE: Value = ['PHONE', '415-867-5309'];
const SPOKEN: Value = ['PHONE', 'four one five eight six seven five three oh nine'];
const BORN: Value = ['DOB', 'March 14, 1982'];
const CARD: Value = ['CREDIT_CARD', '4111 1111 1111 1111'];
const MAIL: Value = ['EMAIL', 'maria.gonzalez@clinic.org'];
const ALL = [MARIA, PHONE, SPOKEN, BORN, CARD, MAIL];

describe('an issued surrogate', () => {
  it('has the form of the value, and is the same for the same value', () => {
    const memory = new MaskingMemory();
    const [name, phone, spoken, born, card, mail] = issueAll(memory, ALL).map(written);
    expect(name).toMatch(/^[A-Z][a-z]+ [A-Z][a-z]+$/);
    expect(phone).toMatch(/^415-555-\d{4}$/);
    expect(spoken).toMatch(/^four one five(?: [a-z]+){7}$/);
    expect(born).toMatch(/^[A-Z][a-z]+ \d{1,2}, 198[0-3]$/);
    expect(luhn(card ?? '')).toBe(0);
    expect(mail).toMatch(/@example\.(?:com|org|net)$/);
    expect(issueAll(memory, ALL).map(written)).toEqual([name, phone, spoken, born, card, mail]);
  });

  it('belongs to its session, unless the policy has a seed', () => {
    const of = (seed: string | null, session: SessionId): string =>
      written(issuerOf(new MaskingMemory(), seed, session).issue(...PHONE));
    const OTHER: SessionId = 'sess_01HYZ000000000000000000001';
    expect(of(null, SESSION)).toBe(of(null, SESSION));
    const sessions = Array.from({ length: 8 }, (_, n): SessionId => `sess_01HYZ00000000000000000000${n}`);
    expect(new Set(sessions.map((session) => of(null, session))).size).toBeGreaterThan(1);
    expect(of('spring', SESSION)).toBe(of('spring', OTHER));
  });

  it('moves all dates of a session by one number of days', () => {
    const dates = issueAll(new MaskingMemory(), [
      ['DOB', '1982-03-14'],
      ['DATE', '2026-11-02'],
    ]);
    const days = dates.map((issued) => (Date.parse(written(issued)) - Date.parse(issued.value)) / 86_400_000);
    expect(days[0]).toBe(days[1]);
    expect(days[0]).not.toBe(0);
  });

  it('is never a value, nor a word, of the call that came before it', () => {
    const name = fc.constantFrom('Maria', 'Lucia', 'Carmen', 'Rosa', 'Elena', 'Ana', 'Sofia', 'Isabel', 'Teresa');
    fc.assert(
      fc.property(fc.uniqueArray(name, { minLength: 1 }), fc.string(), (names, seed) => {
        const memory = new MaskingMemory();
        const issued = issueAll(
          memory,
          names.map((each): Value => ['NAME', each]),
          `s${seed}`,
        );
        for (const { surrogate } of issued)
          expect(names.map((each) => each.toLowerCase())).not.toContain(surrogate?.toLowerCase());
      }),
      { numRuns: 50 },
    );
  });

  it('has as many words as the name, whatever names are drawn', () => {
    fc.assert(
      fc.property(fc.string(), (seed) => {
        const [issued] = issueAll(new MaskingMemory(), [MARIA], `s${seed}`);
        expect(issued?.surrogate?.split(' ')).toHaveLength(2);
      }),
      { numRuns: 100 },
    );
  });

  it('of a spelled name is spelled, and the name that it spells is restored as a word', () => {
    const memory = new MaskingMemory();
    const [issued] = issueAll(memory, [['NAME', 'q-u-i-n-t-a-n-a']]);
    const spelled = issued?.surrogate ?? '';
    expect(spelled).toMatch(/^[a-z](?:-[a-z])+$/);
    const name = spelled.charAt(0).toUpperCase() + spelled.slice(1).replaceAll('-', '');
    expect(rehydrator(memory).text(`${spelled}: Ms. ${name}`, SPEECH)).toBe('q-u-i-n-t-a-n-a: Ms. Quintana');
  });

  it('is a token where the surrogate could be any word or number', () => {
    const issued = issueAll(new MaskingMemory(), [
      ['AGE', '93'],
      ['SSN', '2280'],
      ['SSN', 'two two eight zero'],
      ['MRN', 'seven b'],
      ['DOB', 'March'],
      ['DOB', 'March 14'],
      ['DOB', 'the fourteenth'],
      ['DATE', 'Monday'],
      ['ADDRESS', 'apartment four b'],
      ['ADDRESS', 'four'],
    ]);
    expect(issued.map(({ surrogate }) => surrogate)).toEqual(issued.map(() => undefined));
  });

  it('is made of spoken dates with their year, spoken numbers and places', () => {
    const issued = issueAll(new MaskingMemory(), [
      ['DOB', 'march fourteenth nineteen eighty two'],
      ['DOB', '03/14/1982'],
      ['ADDRESS', 'nine four one one oh'],
      ['ADDRESS', '12 Oak Street, Portland, OR 97201'],
      ['MRN', 'bravo kilo seven seven three'],
      ['ORG', 'Mercy Hospital'],
    ]);
    for (const { surrogate, value } of issued) expect(surrogate, value).toBeDefined();
  });

  it('holds no word of the name, though it is like a particle of surnames', () => {
    const names = ['Van Nguyen', 'Das Gupta', 'Del Torres', 'Di Wu', 'Md Rahman', 'La Toya', 'Dr. El Amin'];
    const issued = issueAll(
      new MaskingMemory(),
      names.map((name): Value => ['NAME', name]),
    );
    for (const { surrogate = '', value } of issued)
      for (const word of value.replace('Dr. ', '').split(' ')) expect(surrogate.split(' ')).not.toContain(word);
    const [particles] = issueAll(new MaskingMemory(), [['NAME', 'Dr. Maria de la Cruz']]);
    expect(particles?.surrogate).toMatch(/^Dr\. [A-Z][a-z]+ de la [A-Z][a-z]+$/);
  });
});

describe('the token of a part', () => {
  it('begins like that of the whole, has its part of the surrogate, and stays the same', () => {
    const memory = new MaskingMemory();
    const [whole] = issueAll(memory, [MARIA]);
    if (whole === undefined) throw new Error('no token');
    const issuer = issuerOf(memory);
    // Masking asks for the token of the part by itself first.
    const alone = issuer.issue('NAME', 'Gonzalez');
    const part = issuer.issuePart(whole, 'Gonzalez');
    expect([part.surrogate, alone.surrogate]).toEqual(Array(2).fill(whole.surrogate?.split(' ')[1]));
    expect(beginningOf(part.token)).toBe(beginningOf(whole.token));
    expect(part.token).not.toBe(whole.token);
    memory.tokens.set(part.token, part);
    expect(issuer.issue('NAME', 'Gonzalez')).toEqual(part);
    expect(issuerOf(memory).issuePart(whole, 'Gonzalez')).toEqual(part);
  });
});

describe('a change of the scheme within a session', () => {
  it('gives a random token to a value that had a surrogate, and leaves a value its token', () => {
    const memory = new MaskingMemory();
    const [made] = issueAll(memory, [PHONE]);
    const random = createIssuer(keys, 'vault-random', 'K_HEALTHCARE', ACCOUNT, SESSION, memory.randomTokens);
    const issued = random.issue(...PHONE);
    expect([issued.surrogate, issued.token === made?.token]).toEqual([undefined, false]);
    const before = random.issue(...MARIA);
    memory.tokens.set(before.token, before);
    expect(issuerOf(memory).issue(...MARIA)).toEqual(before);
    const carried = createIssuer(keys, 'reversible-aead', 'K_HEALTHCARE', ACCOUNT, SESSION).issue(...BORN);
    memory.tokens.set(carried.token, carried);
    expect(issuerOf(memory).issue(...BORN).token).toMatch(/^MSKV1\./);
  });
});

it('no surrogate is made once more words were said than are remembered', () => {
  const memory = new MaskingMemory();
  const issuer = issuerOf(memory);
  const text = Array.from({ length: 40_000 }, (_, n) => `w${n}`).join(' ');
  issuer.words?.hear(text, 0, text.length);
  expect(issuer.issue(...MARIA).surrogate).toBeUndefined();
});

it('the journal gets no surrogate with the path of a redaction', () => {
  const memory = new MaskingMemory();
  const [name, born] = issueAll(memory, [MARIA, ['DOB', '03/14/1982']]).map(written);
  const span: Span = { start: 0, end: 1, kind: 'NAME', pass: 'ner', confidence: 1, validated: false, recogniser: 'r' };
  const pointer = ['', 'messages', '0', `call ${name ?? ''}`, born ?? '', 'name'].map(pointerSegment).join('/');
  expect(factOf(span, { pointer, key: null, speaker: null }, 'tokenize', issuerOf(memory)).path).toBe(
    '/messages/0/call MSKV1.NAME.K_HEALTHCARE/MSKV1.DOB.K_HEALTHCARE/name',
  );
});

describe('words of a later text that are those of a surrogate', () => {
  it('are sighted as words of their own, in their case', () => {
    const memory = new MaskingMemory();
    const [issued] = issueAll(memory, [MARIA]);
    const [first = '', last = ''] = (issued?.surrogate ?? '').split(' ');
    const issuer = issuerOf(memory);
    const at = (text: string): string[] =>
      (issuer.words?.sightings(text, 0, text.length) ?? []).map(({ start, end }) => text.slice(start, end));
    expect(at(`ask ${first} or ${first.toUpperCase()} ${last}.`)).toEqual([first, `${first.toUpperCase()} ${last}`]);
    expect(at(`${first.toLowerCase()} ${first}s un${last}`)).toEqual([]);
  });
});

it('a name that is found beside the words of a surrogate is a value of the call', () => {
  const memory = new MaskingMemory();
  const [issued] = issueAll(memory, [MARIA]);
  const [first = ''] = (issued?.surrogate ?? '').split(' ');
  const terms = maskingTerms(policyOf('name: made-up\npasses: [regex]\ntokenization: synthetic\n'));
  const masking = new TurnMasking(memory, terms, issuerOf(memory));
  const text = `ask ${first} zorbo`;
  const from = text.indexOf('zorbo');
  const found = { kind: 'NAME', pass: 'ner', confidence: 1, validated: false, recogniser: 'r' } as const;
  masking.addFindings(new Map([[text, [{ ...found, start: from, end: text.length }]]]));
  masking.beginPass();
  maskerOf(masking)(text, { pointer: '/messages/0/content', speaker: 'user', key: null });
  expect([...masking.newValues]).toEqual([[`${first} zorbo`, 'NAME']]);
});

describe('an answer', () => {
  const memory = new MaskingMemory();
  const [name = '', phone = '', spoken = '', born = '', card = '', mail = ''] = issueAll(memory, ALL).map(written);
  const [first = '', last = ''] = name.split(' ');
  const restored = (text: string, form: TextForm = 'plain', to = SPEECH): string =>
    rehydrator(memory).text(text, to, form);

  it('has the real value wherever a surrogate stands', () => {
    expect(restored(`Hi ${name}, ${phone} or ${spoken}? Born ${born}; ${card}; ${mail}.`)).toBe(
      `Hi ${MARIA[1]}, ${PHONE[1]} or ${SPOKEN[1]}? Born ${BORN[1]}; ${CARD[1]}; ${MAIL[1]}.`,
    );
  });

  it('has it too where the model uses a part of a name or another usual form', () => {
    expect(restored(`Ms. ${last}, ${first.toUpperCase()}!`)).toBe('Ms. Gonzalez, Maria!');
    const digits = phone.replaceAll('-', '');
    expect(restored(`${digits} (415) ${phone.slice(4)} +1${digits}`)).toBe('4158675309 (415) 867-5309 +14158675309');
    const iso = new Date(`${born} UTC`).toISOString().slice(0, 10);
    expect(restored(iso)).toBe('1982-03-14');
  });

  it('keeps what only looks like one: a longer word, a longer number, another case', () => {
    const text = `${first}s un${last} 1${phone.replaceAll('-', '')}9 ${first.toLowerCase()}`;
    expect(restored(text)).toBe(text);
  });

  it('has real values in arguments of tools, as strings and as numbers, escaped', () => {
    const quoted = new MaskingMemory();
    const [issued] = issueAll(quoted, [['ADDRESS', '12 "Oak" Street\nPortland']]);
    const text = JSON.stringify({ to: issued?.surrogate });
    expect(rehydrator(quoted).text(text, SPEECH, 'json')).toBe(JSON.stringify({ to: '12 "Oak" Street\nPortland' }));
    const digits = phone.replaceAll('-', '');
    expect(restored(`{"phone":${digits},"name":"${name}","n":${digits}.5,"m":1.${digits}}`, 'json')).toBe(
      `{"phone":4158675309,"name":"Maria Gonzalez","n":${digits}.5,"m":1.${digits}}`,
    );
  });

  it('restores only what stood in the request of its turn, and refuses what has two meanings', () => {
    const account = new RehydrationCounts();
    const index = new IssuedTokens(memory.tokens);
    const withheld = new Rehydrator({
      index: {
        exact: index.exact,
        folded: index.folded,
        values: index.values,
        surrogates: index.surrogates,
        resolve: () => undefined,
      },
      restore: RESTORE_ALL,
      counts: account,
    });
    expect(withheld.text(`Hi ${name}`, SPEECH, 'plain')).toBe('Hi [REDACTED:NAME]');
    expect(account.refused).toMatchObject([{ kind: 'NAME', reason: 'outside_turn', count: 1 }]);
  });

  it('has the real value at the end of a text that is over, and waits for the rest of a word until then', () => {
    const short = new MaskingMemory();
    const token = `MSKV1.NAME.K_HEALTHCARE.${'A'.repeat(26)}`;
    const names = { kind: 'NAME', kid: 'K_HEALTHCARE', keyVersion: 'v', stored: true } as const;
    short.tokens.set(token, { ...names, token, value: 'Ida', surrogate: 'Una' });
    const lane = new TextLane(rehydrator(short), 'plain');
    expect([
      lane.push('Hi Un', SPEECH, false),
      lane.flushFalsePrefix(),
      lane.push('a', SPEECH, false),
      lane.flushFalsePrefix(),
    ]).toEqual(['Hi ', '', '', '']);
    expect([lane.flushFalsePrefix(true), lane.push('!', SPEECH, true)]).toEqual(['Ida', '!']);
  });

  it('is the same for every cut of a stream', () => {
    const word = fc.constantFrom(
      name,
      phone,
      spoken,
      born,
      card,
      mail,
      first,
      last,
      ' ',
      ', ',
      'M',
      'MSK',
      '415-',
      'x',
      '\n',
    );
    const text = fc.array(word, { maxLength: 12 }).map((words) => words.join(''));
    fc.assert(
      fc.property(text, fc.array(fc.nat(200)), fc.constantFrom<TextForm>('plain', 'json'), (plain, cuts, form) => {
        const whole = form === 'json' ? JSON.stringify({ a: plain, b: [plain] }) : plain;
        const ends = [...new Set(cuts.map((at) => at % (whole.length + 1)))].sort((a, b) => a - b);
        const pieces = [0, ...ends].map((at, n) => whole.slice(at, ends[n]));
        expect(streamed(memory, pieces, form)).toBe(restored(whole, form));
      }),
      { numRuns: 400 },
    );
  });
});

/** The check sum of a card number: 0 where it is valid. */
function luhn(text: string): number {
  const digits = Array.from(text.replace(/\D/g, ''), Number).reverse();
  const sum = digits.reduce((all, digit, at) => all + (at % 2 === 0 ? digit : digit * 2 - (digit > 4 ? 9 : 0)), 0);
  return digits.length === 16 ? sum % 10 : -1;
}
