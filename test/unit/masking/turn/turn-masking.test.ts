import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { TextPosition } from '../../../../src/masking/request/chat-request.ts';
import { MaskingMemory } from '../../../../src/masking/turn/masking-memory.ts';
import { maskingTerms } from '../../../../src/masking/turn/masking-terms.ts';
import { MASKING_PASSES, TurnMasking } from '../../../../src/masking/turn/turn-masking.ts';
import type { MaskingTerms } from '../../../../src/masking/turn/masking-terms.ts';
import { TokenKeys, createIssuer } from '../../../../src/tokens/issuer.ts';
import type { Tokenization } from '../../../../src/tokens/issuer.ts';
import { KeyRing } from '../../../../src/tokens/key-ring.ts';
import { policyOf } from '../../policy/policies.ts';
import { maskerOf } from './mask-at-once.ts';

const KEYS = new TokenKeys(new KeyRing([{ kid: 'K_HEALTHCARE', role: 'active', secret: Buffer.alloc(32, 1) }]));
const SCHEMES = ['vault-deterministic', 'reversible-aead'] as const;

/** Without the tagger: what it sees in a word is none of these tests' business. */
function terms(entities = ''): MaskingTerms {
  return maskingTerms(
    policyOf(
      `name: healthcare-default\nversion: 1\nkid: K_HEALTHCARE\npasses: [regex]\nentities:\n  PHONE: { action: tokenize }\n${entities}`,
    ),
  );
}

function turn(
  memory: MaskingMemory,
  by: MaskingTerms = terms(),
  scheme: Tokenization = 'vault-deterministic',
): TurnMasking {
  const issuer = createIssuer(
    KEYS,
    scheme,
    'K_HEALTHCARE',
    'acc_01HYZ000000000000000000000',
    'sess_01HYZ000000000000000000000',
  );
  return new TurnMasking(memory, by, issuer);
}

function at(pointer: string, key: string | null = null): TextPosition {
  return { pointer, speaker: 'user', key };
}

/** Masks texts as a request's messages, until a pass learns nothing new. */
function maskAll(masking: TurnMasking, ...texts: string[]): string[] {
  let masked: string[] = [];
  let known = -1;
  for (let pass = 0; pass < MASKING_PASSES && masking.knownCount > known; pass += 1) {
    known = masking.knownCount;
    masking.beginPass();
    masked = texts.map((text, n) => maskerOf(masking)(text, at(`/messages/${n}/content`)));
  }
  return masked;
}

const found = (masking: TurnMasking): string[] =>
  masking.redactions(null).map(({ entity_kind: kind, path, pass }) => `${kind} ${path} ${pass}`);
const TOKEN = /MSKV?1\.[A-Z_]+\.K_HEALTHCARE\.[A-Z2-7]+/g;
const tokensIn = (text: string | undefined): string[] => text?.match(TOKEN) ?? [];

const sizes = ({ tokens, carriers, known, textCount }: MaskingMemory): number[] => [
  tokens.size,
  carriers.size,
  known.size,
  textCount,
];

describe.each(SCHEMES)('with %s tokens, the memory of a session', (scheme) => {
  test('is not touched until the turn is committed', () => {
    const memory = new MaskingMemory();
    const masking = turn(memory, terms(), scheme);
    const [masked] = maskAll(masking, 'call 415-555-0142');
    expect(sizes(memory)).toEqual([0, 0, 0, 0]);
    expect(masking.newTokens.map(({ value }) => value)).toEqual(['415-555-0142']);
    masking.commit();
    expect(memory.tokens.get(tokensIn(masked)[0] ?? '')).toMatchObject({
      kind: 'PHONE',
      value: '415-555-0142',
      stored: scheme === 'vault-deterministic',
    });
    expect(sizes(memory)).toEqual([1, scheme === 'vault-deterministic' ? 0 : 1, 1, 1]);
  });

  test('forgets nothing of a turn that was given up, for it never knew', () => {
    const memory = new MaskingMemory();
    maskAll(turn(memory, terms(), scheme), 'call 415-555-0142');
    const again = turn(memory, terms(), scheme);
    maskAll(again, 'call 415-555-0142');
    expect(found(again)).toEqual(['PHONE /messages/0/content regex']);
  });

  test('gives one value one token, in every turn', () => {
    const memory = new MaskingMemory();
    const seen: string[] = [];
    for (const text of ['call 415-555-0142', 'that is 415-555-0142, yes', '415-555-0142']) {
      const masking = turn(memory, terms(), scheme);
      seen.push(...maskAll(masking, text).flatMap(tokensIn));
      masking.commit();
    }
    expect(seen).toHaveLength(3);
    expect(new Set(seen).size).toBe(1);
  });
});

describe('the journal is told of a redaction', () => {
  test('once, however often its text is sent again', () => {
    const memory = new MaskingMemory();
    const history = ['call 415-555-0142', 'my e-mail is maria@example.com', 'or 415-555-0143'];
    const told = history.map((_, n) => {
      const masking = turn(memory);
      maskAll(masking, ...history.slice(0, n + 1));
      const facts = found(masking);
      masking.commit();
      return facts;
    });
    expect(told).toEqual([
      ['PHONE /messages/0/content regex'],
      ['EMAIL /messages/1/content regex'],
      ['PHONE /messages/2/content regex'],
    ]);
  });

  test('once, however many passes a turn takes, and as what detection called it', () => {
    const masking = turn(new MaskingMemory());
    maskAll(masking, 'call 415-555-0142', 'this is Maria Gonzalez');
    expect(found(masking)).toEqual(['PHONE /messages/0/content regex', 'NAME /messages/1/content regex']);
  });

  test('again when an old text turns out to hold a value', () => {
    const memory = new MaskingMemory();
    const first = turn(memory);
    expect(maskAll(first, 'Zorblax Quimby prefers mornings.')).toEqual(['Zorblax Quimby prefers mornings.']);
    first.commit();
    const second = turn(memory);
    const masked = maskAll(second, 'Zorblax Quimby prefers mornings.', 'this is Zorblax Quimby');
    expect(masked.join()).not.toContain('Quimby');
    expect(found(second).sort()).toEqual(['NAME /messages/0/content known', 'NAME /messages/1/content regex']);
    second.commit();
    const third = turn(memory);
    maskAll(third, 'Zorblax Quimby prefers mornings.', 'this is Zorblax Quimby');
    expect(found(third)).toEqual([]);
  });

  test('alone, when an old text turns out to hold one value more', () => {
    const memory = new MaskingMemory();
    const text = 'call 415-555-0142 for Zorblax Quimby';
    const first = turn(memory);
    maskAll(first, text);
    expect(found(first)).toEqual(['PHONE /messages/0/content regex']);
    first.commit();
    const second = turn(memory);
    maskAll(second, text, 'this is Zorblax Quimby');
    expect(found(second).sort()).toEqual(['NAME /messages/0/content known', 'NAME /messages/1/content regex']);
  });

  test('with the place, the span and the key that it was made under', () => {
    const masking = turn(new MaskingMemory());
    maskerOf(masking)('call 415-555-0142', at('/messages/3/content'));
    expect(masking.redactions(null)).toEqual([
      {
        kind: 'redaction',
        pass: 'regex',
        entity_kind: 'PHONE',
        span: [5, 17],
        path: '/messages/3/content',
        confidence: expect.any(Number) as number,
        action: 'tokenize',
        token_kind: 'MSKV1',
        kid: 'K_HEALTHCARE',
        speaker: 'user',
      },
    ]);
  });
});

describe('a value that is known', () => {
  test.each(SCHEMES)('late in a request is masked in its earlier texts too (%s)', (scheme) => {
    const masked = maskAll(
      turn(new MaskingMemory(), terms(), scheme),
      'Zorblax Quimby prefers mornings.',
      'ZORBLAX QUIMBY!',
      'this is Zorblax Quimby',
    );
    for (const text of masked) {
      expect(text.toLowerCase()).not.toContain('quimby');
      expect(tokensIn(text)).toHaveLength(1);
    }
    expect(tokensIn(masked[0])).toEqual(tokensIn(masked[2]));
  });

  test('is found again in a later turn where detection alone would not see it', () => {
    const memory = new MaskingMemory();
    const first = turn(memory);
    const [token] = maskAll(first, 'this is Zorblax Quimby').flatMap(tokensIn);
    first.commit();
    const second = turn(memory);
    expect(maskAll(second, 'tell zorblax quimby that I called')).toEqual([`tell ${token ?? ''} that I called`]);
    expect(found(second)).toEqual(['NAME /messages/0/content known']);
    // The first way of writing is the one that is restored.
    expect(second.newTokens).toEqual([]);
  });

  test('uncovers nothing of a value that it overlaps', () => {
    const memory = new MaskingMemory();
    const texts = ['44 Gonzalez Parkway Oakum', 'my name is Parkway Oakum'];
    const first = turn(memory);
    expect(maskAll(first, texts[0] ?? '')[0]).toMatch(/ Oakum$/);
    first.commit();
    const second = turn(memory);
    const masked = maskAll(second, ...texts);
    expect(masked.join()).not.toMatch(/44|Gonzalez|Parkway|Oakum/);
    expect(tokensIn(masked[0])).toHaveLength(1);
    expect(
      second
        .redactions(null)
        .map(({ path, span }) => `${path} ${span.join('-')}`)
        .sort(),
    ).toEqual(['/messages/0/content 0-25', '/messages/1/content 11-24']);
  });

  test('is not found inside another word', () => {
    const memory = new MaskingMemory();
    const first = turn(memory);
    maskAll(first, 'my name is Kestrel');
    first.commit();
    expect(maskAll(turn(memory), 'two kestrels circled')).toEqual(['two kestrels circled']);
  });
});

describe('a text that looks like a token', () => {
  const PASTED = `MSKV1.PHONE.K_HEALTHCARE.${'A'.repeat(26)}`;

  test.each(SCHEMES)('becomes a value of its own (%s)', (scheme) => {
    const masking = turn(new MaskingMemory(), terms(), scheme);
    const [masked] = maskAll(masking, `read ${PASTED} back`);
    expect(masked).not.toContain(PASTED);
    expect(masking.newTokens).toMatchObject([{ kind: 'OTHER_ID', value: PASTED }]);
    expect(masked).toBe(`read ${masking.newTokens[0]?.token ?? ''} back`);
  });

  test("even if it is this session's own token", () => {
    const memory = new MaskingMemory();
    const first = turn(memory);
    const [own = ''] = maskAll(first, 'call 415-555-0142').flatMap(tokensIn);
    first.commit();
    const second = turn(memory);
    const [masked] = maskAll(second, `call ${own}`);
    expect(masked).not.toContain(own);
    expect(second.newTokens).toMatchObject([{ kind: 'OTHER_ID', value: own }]);
  });

  test('is told apart from every other such text', () => {
    const pasted = fc.tuple(
      fc.constantFrom('PHONE', 'NAME'),
      fc.string({ unit: fc.constantFrom('A', 'B', '2', 'a'), minLength: 26, maxLength: 26 }),
    );
    fc.assert(
      fc.property(pasted, pasted, ([kindA, a], [kindB, b]) => {
        const [one, other] = [`MSKV1.${kindA}.K.${a}`, `MSKV1.${kindB}.K.${b}`];
        const [maskedOne, maskedOther] = maskAll(turn(new MaskingMemory()), one, other);
        expect(maskedOne === maskedOther).toBe(one === other);
      }),
    );
  });

  test.each([`415-555-0142 ${PASTED}`, `${PASTED} 415-555-0142`, `415-555-0142${PASTED}`])(
    'hides nothing beside it: %s',
    (text) => {
      const [masked = ''] = maskAll(turn(new MaskingMemory()), text);
      expect(masked).not.toMatch(/415|555-?0142/);
      expect(masked).not.toContain(PASTED);
    },
  );

  test('is masked although the policy lets its kind through', () => {
    const [masked] = maskAll(turn(new MaskingMemory(), terms('  OTHER_ID: { action: passthrough }\n')), PASTED);
    expect(masked).not.toContain(PASTED);
    expect(masked).toMatch(/^MSKV1\.OTHER_ID\./);
  });
});

describe('what the policy says of a kind', () => {
  test('passthrough: the value stays, is recorded, and is not looked for again', () => {
    const memory = new MaskingMemory();
    const masking = turn(memory, terms('  URL: { action: passthrough }\n'));
    expect(maskAll(masking, 'see https://example.com/x')).toEqual(['see https://example.com/x']);
    expect(masking.redactions(null)).toMatchObject([
      { entity_kind: 'URL', action: 'passthrough', token_kind: null, kid: null },
    ]);
    expect(masking.newTokens).toEqual([]);
    masking.commit();
    expect(memory.known.size).toBe(0);
  });

  test('redact: the kind stands in its place, wherever the value comes again, and no token is made', () => {
    const memory = new MaskingMemory();
    const by = terms('  NAME: { action: redact }\n');
    const first = turn(memory, by);
    expect(maskAll(first, 'Zorblax Quimby asks', 'this is Zorblax Quimby')).toEqual([
      '[REDACTED:NAME] asks',
      'this is [REDACTED:NAME]',
    ]);
    expect(first.newTokens).toEqual([]);
    expect(first.redactions(null)).toMatchObject([
      { action: 'redact', token_kind: null, kid: null },
      { action: 'redact' },
    ]);
  });

  test('a changed policy masks the same text anew, once its old masking is forgotten', () => {
    const memory = new MaskingMemory();
    const first = turn(memory, terms('  URL: { action: passthrough }\n'));
    maskAll(first, 'see https://example.com/x');
    first.commit();
    memory.forgetTexts();
    const second = turn(memory, terms('  URL: { action: redact }\n'));
    expect(maskAll(second, 'see https://example.com/x')).toEqual(['see [REDACTED:URL]']);
    expect(second.redactions(null)).toMatchObject([{ entity_kind: 'URL', action: 'redact' }]);
  });

  test('says which kind was found where the policy switches off the pass for it', () => {
    const masking = turn(new MaskingMemory(), terms('  SSN: { regex: false }\n'));
    const [masked] = maskAll(masking, 'my ssn is 519-44-2280');
    expect(masked).toContain('.OTHER_ID.');
    expect(masking.redactions(null)).toMatchObject([{ entity_kind: 'OTHER_ID', pass: 'regex', found_as: 'SSN' }]);
    const usual = turn(new MaskingMemory());
    maskAll(usual, 'my ssn is 519-44-2280');
    expect(usual.redactions(null)[0]).not.toHaveProperty('found_as');
  });

  test('a policy that finds nothing in a text does not speak for another policy', () => {
    const [blind, seeing] = [terms('  URL: { enabled: false }\n'), terms()];
    expect(maskAll(turn(new MaskingMemory(), blind), 'see https://example.com/x')).toEqual([
      'see https://example.com/x',
    ]);
    expect(maskAll(turn(new MaskingMemory(), seeing), 'see https://example.com/x').flatMap(tokensIn)).toHaveLength(1);
  });
});

test('a text that is clean by itself is still searched for values of its own call', () => {
  const by = terms();
  maskAll(turn(new MaskingMemory(), by), 'Zorblax Quimby prefers mornings.');
  const masked = maskAll(turn(new MaskingMemory(), by), 'Zorblax Quimby prefers mornings.', 'this is Zorblax Quimby');
  expect(masked.join()).not.toContain('Quimby');
});

test('a text that holds a value is masked in every call under one policy', () => {
  const by = terms();
  for (let call = 0; call < 3; call += 1)
    expect(maskAll(turn(new MaskingMemory(), by), 'call 415-555-0142').flatMap(tokensIn)).toHaveLength(1);
});

test('a key above a value is a cue to it, and the span is that of the value', () => {
  const masking = turn(new MaskingMemory());
  const [masked, bare] = [
    maskerOf(masking)('maria gonzalez', at('/messages/0/content', 'patient_name')),
    maskerOf(masking)('maria gonzalez', at('/messages/1/content')),
  ];
  expect(tokensIn(masked)).toHaveLength(1);
  expect(masking.redactions(null)[0]).toMatchObject({ entity_kind: 'NAME', span: [0, 14] });
  expect(tokensIn(bare)).toEqual(tokensIn(masked));
});

/** Whether the value stands in the text as words of its own: "12" does not in "ab12", nor is a known value searched for there. */
function standsIn(text: string, value: string): boolean {
  const startsWord = /^[\p{L}\p{N}]/u;
  const endsWord = /[\p{L}\p{N}]$/u;
  for (let at = text.indexOf(value); at !== -1; at = text.indexOf(value, at + 1)) {
    const isCut =
      (startsWord.test(value) && endsWord.test(text.slice(0, at))) ||
      (endsWord.test(value) && startsWord.test(text.slice(at + value.length)));
    if (!isCut) return true;
  }
  return false;
}

describe('whatever is put together, what was found leaves in no text, and every token stands for what it replaced', () => {
  const said = [
    'this is Maria Gonzalez',
    'maria gonzalez',
    'my name is Gonzalez',
    'Zorblax Quimby',
    'this is Zorblax Quimby',
  ];
  const numbers = [
    '415-555-0142',
    '7734219',
    'MRN 7734219',
    'my account number is AB12',
    'ab12',
    'born March 14, 1982',
    '1600 Main Street, Springfield',
  ];
  const part = fc.constantFrom(
    ...said,
    ...numbers,
    'maria@example.com',
    'and',
    `MSK1.NAME.K.${'B'.repeat(50)}`,
    '😀',
    '\ud800',
    '[REDACTED:NAME]',
  );
  const texts = fc.array(
    fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join(' ')),
    { minLength: 1, maxLength: 4 },
  );
  /**
   * What a masked text may have been. A token stands for its value, in the case in which that was said first, or for the
   * beginning of it: "AB12" where the call knows "AB12 4155550142".
   */
  const originalsOf = (masked: string, memory: MaskingMemory): RegExp => {
    const literal = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
    const between = masked.split(TOKEN).map(literal);
    const values = [...masked.matchAll(TOKEN)].map(([token]) => {
      const value = memory.tokens.get(token)?.value ?? '?';
      const beginnings = Array.from(value, (_, n) => literal(value.slice(0, value.length - n)));
      return `(?:${beginnings.join('|')})`;
    });
    return new RegExp(`^${between.map((text, n) => text + (values[n] ?? '')).join('')}$`, 'is');
  };
  const maskedWell = (scheme: Tokenization, before: readonly string[], now: readonly string[]): void => {
    const memory = new MaskingMemory();
    for (const request of [before, [...before, ...now]]) {
      const masking = turn(memory, terms(), scheme);
      const masked = maskAll(masking, ...request);
      masking.commit();
      masked.forEach((text, n) => {
        expect(request[n] ?? '').toMatch(originalsOf(text, memory));
        for (const [value] of memory.known) expect(standsIn(text, value), value).toBe(false);
      });
    }
  };

  test('in any order', () => {
    fc.assert(fc.property(fc.constantFrom(...SCHEMES), texts, texts, maskedWell), { numRuns: 60 });
  });

  // In the last text but one, "12" is read as a part of the day that was asked for; in the first it is the end of a code.
  test.each(SCHEMES)('where a part of a word was found as a value of its own (%s)', (scheme) => {
    maskedWell(
      scheme,
      ['ab12 this is Maria Gonzalez', 'born March 14, 1982', '7734219'],
      ['ab12', 'this is Maria Gonzalez'],
    );
  });
});

describe('a policy that has only some speakers searched', () => {
  const spoken = (masking: TurnMasking, ...said: readonly (readonly [TextPosition['speaker'], string])[]): string[] => {
    masking.beginPass();
    return said.map(([speaker, text], n) =>
      maskerOf(masking)(text, { pointer: `/messages/${n}/content`, speaker, key: null }),
    );
  };
  const users = maskingTerms(policyOf('name: p\npasses: [regex, diarize]\nspeakers: [user]'));

  test("masks theirs and leaves the others' words, but for what the call gave away before", () => {
    const [asked, said, repeated] = spoken(
      turn(new MaskingMemory(), users),
      ['assistant', 'our desk is 212-555-0100, and yours?'],
      ['user', 'it is 415-555-0142'],
      ['assistant', 'so 415-555-0142, and ours is 212-555-0100'],
    );
    expect(asked).toBe('our desk is 212-555-0100, and yours?');
    expect(said).toMatch(/^it is MSKV1\.PHONE\.\S+$/);
    expect(repeated).toBe(`so ${tokensIn(said)[0] ?? ''}, and ours is 212-555-0100`);
  });

  test('masks one text by who says it', () => {
    const text = 'it is 415-555-0142';
    const masking = turn(new MaskingMemory(), users);
    const [first] = spoken(masking, ['assistant', text]);
    const [, second] = spoken(masking, ['assistant', 'hello'], ['user', text]);
    expect(first).toBe(text);
    expect(tokensIn(second)).toHaveLength(1);
  });

  test('masks what nobody is named for', () => {
    expect(tokensIn(spoken(turn(new MaskingMemory(), users), [null, 'it is 415-555-0142'])[0])).toHaveLength(1);
  });

  test('masks everybody where it names voices and the platform sends roles', () => {
    const patients = maskingTerms(policyOf('name: p\npasses: [regex, diarize]\nspeakers: [patient]'));
    for (const speaker of ['user', 'assistant', 'system', 'tool'] as const) {
      expect(tokensIn(spoken(turn(new MaskingMemory(), patients), [speaker, 'it is 415-555-0142'])[0])).toHaveLength(1);
    }
  });

  test('masks a pasted token, whoever pastes it', () => {
    const pasted = `MSKV1.NAME.K_HEALTHCARE.${'A'.repeat(26)}`;
    const [masked] = spoken(turn(new MaskingMemory(), users), ['assistant', pasted]);
    expect(masked).not.toContain(pasted);
  });
});

test('an allowed term is not masked, whatever the conversation makes of it', () => {
  const allowing = maskingTerms(policyOf('name: p\npasses: [regex]\nallow: ["800-555-0199"]'));
  const [, said] = maskAll(turn(new MaskingMemory(), allowing), 'what is your phone number?', '800-555-0199');
  expect(said).toBe('800-555-0199');
});
