import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { maskChatRequest } from '../request/mask-request.ts';
import type { JsonValue } from '../../../../src/json/json-text.ts';
import { MaskingMemory } from '../../../../src/masking/turn/masking-memory.ts';
import { maskingTerms } from '../../../../src/masking/turn/masking-terms.ts';
import { MASKING_PASSES, TurnMasking } from '../../../../src/masking/turn/turn-masking.ts';
import type { MaskingTerms } from '../../../../src/masking/turn/masking-terms.ts';
import { TokenKeys, createIssuer } from '../../../../src/tokens/issuer.ts';
import { KeyRing } from '../../../../src/tokens/key-ring.ts';
import { policyOf } from '../../policy/policies.ts';
import { maskerOf } from './mask-at-once.ts';

const KEYS = new TokenKeys(new KeyRing([{ kid: 'K_HEALTHCARE', role: 'active', secret: Buffer.alloc(32, 1) }]));
const TOKEN = /MSKV1\.([A-Z_]+)\.K_HEALTHCARE\.[A-Z2-7]+/g;

/** Rules only: what the tagger sees in a word is none of these tests' business. */
const terms = (entities = ''): MaskingTerms =>
  maskingTerms(
    policyOf(
      `name: healthcare-default\nversion: 1\nkid: K_HEALTHCARE\npasses: [regex]\nentities:\n  PHONE: { action: tokenize }\n${entities}`,
    ),
  );

type Message = readonly [role: 'user' | 'assistant' | 'system' | 'tool', content: JsonValue];

interface Masked {
  /** The content of each message, each token as `<KIND>`. */
  readonly shown: readonly string[];
  /** The same with its tokens. */
  readonly contents: readonly string[];
  readonly redactions: readonly string[];
  commit(): void;
}

/** Masks a request as a turn does: pass by pass, until nothing new is learned. */
function request(memory: MaskingMemory, messages: readonly Message[], by: MaskingTerms = terms()): Masked {
  const issuer = createIssuer(
    KEYS,
    'vault-deterministic',
    'K_HEALTHCARE',
    'acc_01HYZ000000000000000000000',
    'sess_01HYZ000000000000000000000',
  );
  const masking = new TurnMasking(memory, by, issuer);
  const body = { model: 'stub', messages: messages.map(([role, content]) => ({ role, content })) };
  let contents: string[] = [];
  let known = -1;
  for (let pass = 0; pass < MASKING_PASSES && masking.knownCount > known; pass += 1) {
    known = masking.knownCount;
    masking.beginPass();
    const result = maskChatRequest(body, maskerOf(masking), { binaryContent: 'block' });
    if (!result.ok) throw new Error(result.problem.message);
    const masked = result.body['messages'] as readonly { content: JsonValue }[];
    contents = masked.map(({ content }) =>
      typeof content === 'string'
        ? content
        : (content as readonly { text: string }[]).map(({ text }) => text).join('|'),
    );
  }
  return {
    contents,
    shown: contents.map((text) => text.replace(TOKEN, '<$1>')),
    redactions: masking.redactions(null).map(({ entity_kind: kind, path }) => `${kind} ${path}`),
    commit: () => {
      masking.commit();
    },
  };
}

const parts = (...texts: string[]): JsonValue => texts.map((text) => ({ type: 'text', text }));

describe('the conversation', () => {
  const CALL: readonly Message[] = [
    ['system', 'You are a receptionist. Ask for the last four of the social.'],
    ['assistant', 'Hello! May I have your last name?'],
    ['user', 'kowalczyk'],
    ['assistant', 'And the last four of your social?'],
    ['user', 'seven one four two'],
    ['assistant', 'Phone number?'],
    ['user', 'five five five'],
    ['assistant', 'okay'],
    ['user', 'oh one four two'],
  ];

  test('tells what answers are, each in its own text', () => {
    expect(request(new MaskingMemory(), CALL).shown).toEqual([
      'You are a receptionist. Ask for the last four of the social.',
      'Hello! May I have your last name?',
      '<NAME>',
      'And the last four of your social?',
      '<SSN>',
      'Phone number?',
      '<PHONE>',
      'okay',
      '<PHONE>',
    ]);
  });

  test('masks the same whether it came turn by turn or at once, and tells the journal each value once', () => {
    const memory = new MaskingMemory();
    const told: string[] = [];
    let last: Masked | null = null;
    for (let length = 3; length <= CALL.length; length += 2) {
      last = request(memory, CALL.slice(0, length));
      told.push(...last.redactions);
      last.commit();
    }
    const elsewhere = request(new MaskingMemory(), CALL);
    expect(last?.contents).toEqual(elsewhere.contents);
    expect(told).toEqual([
      'NAME /messages/2/content',
      'SSN /messages/4/content',
      'PHONE /messages/6/content',
      'PHONE /messages/8/content',
    ]);
    expect(elsewhere.redactions).toEqual(told);
  });

  test('is not listened to where it is no conversation', () => {
    expect(
      request(new MaskingMemory(), [
        ['system', 'What is your last name?'],
        ['user', 'kowalczyk'],
      ]).shown[1],
    ).toBe('kowalczyk');
    expect(
      request(new MaskingMemory(), [
        ['assistant', 'What is your last name?'],
        ['tool', 'kowalczyk'],
        ['user', 'quimby'],
      ]).shown.slice(1),
    ).toEqual(['kowalczyk', '<NAME>']);
  });

  test('of one call says nothing in another under the same policy', () => {
    const by = terms();
    expect(request(new MaskingMemory(), [['user', 'four one two']], by).shown).toEqual(['four one two']);
    expect(request(new MaskingMemory(), [['user', 'seven seven one nine']], by).shown).toEqual([
      'seven seven one nine',
    ]);
    expect(
      request(
        new MaskingMemory(),
        [
          ['assistant', 'your PIN?'],
          ['user', 'seven seven one nine'],
        ],
        by,
      ).shown[1],
    ).toBe('<OTHER_ID>');
    expect(
      request(
        new MaskingMemory(),
        [
          ['assistant', 'your PIN?'],
          ['user', 'seven seven one nine'],
        ],
        by,
      ).shown[1],
    ).toBe('<OTHER_ID>');
  });

  test('finds a number again as a whole that was said in pieces', () => {
    const said: Message[] = [
      ['assistant', 'phone number?'],
      ['user', 'four one five'],
      ['user', 'five five five'],
      ['user', 'oh one three two'],
    ];
    const { shown } = request(new MaskingMemory(), [...said, ['assistant', 'I have (415) 555-0132, right?']]);
    expect(shown).toEqual(['phone number?', '<PHONE>', '<PHONE>', '<PHONE>', 'I have <PHONE>, right?']);
  });

  test('is remembered by a session whose history is cut: the question is gone, the answer stays what it was', () => {
    const memory = new MaskingMemory();
    request(memory, CALL.slice(0, 7)).commit();
    const cut: Message[] = [
      ['user', 'five five five'],
      ['assistant', 'okay'],
      ['user', 'oh one four two'],
    ];
    const { shown, redactions } = request(memory, cut);
    // The last words are new, and nobody knows what was asked: they are the end of a run of seven digits.
    expect(shown).toEqual(['<PHONE>', 'okay', '<OTHER_ID>']);
    expect(redactions).toEqual(['OTHER_ID /messages/2/content']);
  });

  test('tells the journal once of a text that is said again by another', () => {
    const memory = new MaskingMemory();
    const said: Message[] = [['user', 'this is Maria Gonzalez']];
    request(memory, said).commit();
    expect(request(memory, [...said, ['assistant', 'this is Maria Gonzalez']]).redactions).toEqual([]);
  });

  test('finds no kind that the policy lets through, under no other name', () => {
    const by = terms('  SSN: { enabled: false }\n');
    expect(
      request(
        new MaskingMemory(),
        [
          ['assistant', 'last four of your social?'],
          ['user', 'seven one four two'],
        ],
        by,
      ).shown[1],
    ).toBe('seven one four two');
    expect(
      request(
        new MaskingMemory(),
        [
          ['assistant', 'your social?'],
          ['user', 'nine eight seven six five four'],
        ],
        by,
      ).shown[1],
    ).toBe('nine eight seven six five four');
  });
});

describe('text parts of one message', () => {
  test.each([
    ['a number', ['my ssn is 219-0', '9-9999 thanks'], 'my ssn is <SSN>|<SSN> thanks'],
    ['a name', ['my name is Aurelia Kowal', 'czyk.'], 'my name is <NAME>|<NAME>.'],
    ['a cue and its value', ['my member id is', 'W4419'], 'my member id is|<HEALTH_PLAN>'],
    ['a mail address', ['write to maria@exam', 'ple.com'], 'write to <EMAIL>|<EMAIL>'],
    ['no value', ['thank ', 'you'], 'thank |you'],
    ['no words in common', ['call 415-555-0142', 'and ask'], 'call <PHONE>|and ask'],
    [
      'an identifier of letters and digits',
      ['my member id is W44', 'AB19 ok'],
      'my member id is <HEALTH_PLAN>|<HEALTH_PLAN> ok',
    ],
    ['a sentence', ['my name is Aurelia', 'and I call for help'], 'my name is <NAME>|and I call for help'],
  ])('are read together: %s is cut', (_, texts, shown) => {
    expect(request(new MaskingMemory(), [['user', parts(...texts)]]).shown).toEqual([shown]);
    expect(request(new MaskingMemory(), [['system', parts(...texts)]]).shown).toEqual([shown]);
  });

  test('give away no value that is known, wherever it is cut', () => {
    const value = '4155550142';
    fc.assert(
      fc.property(fc.integer({ min: 1, max: value.length - 1 }), fc.integer({ min: 0, max: 8 }), (cut, more) => {
        const second = value.slice(cut, cut + more);
        const texts = [value.slice(0, cut), second, value.slice(cut + more)].filter((text) => text !== '');
        const [, shown = ''] = request(new MaskingMemory(), [
          ['user', `call ${value}`],
          ['user', parts(...texts)],
        ]).shown;
        expect(shown).not.toMatch(/\d/);
      }),
    );
  });
});

test('a name stays a name once the mailbox that is made of it is known', () => {
  const memory = new MaskingMemory();
  const first: Message[] = [['user', 'my name is Maria Gonzalez']];
  const begun = request(memory, first);
  begun.commit();
  const later = request(memory, [...first, ['user', 'maria.gonzalez@example.org']]);
  expect(later.shown).toEqual(['my name is <NAME>', '<EMAIL>']);
  expect(later.contents[0]).toBe(begun.contents[0]);

  const other = request(new MaskingMemory(), [
    ['user', 'maria.gonzalez@example.org'],
    ['assistant', 'Thank you. And what is your name?'],
    ['user', 'my name is Maria Gonzalez'],
  ]);
  expect(other.shown).toEqual(['<EMAIL>', 'Thank you. And what is your name?', 'my name is <NAME>']);
});
