import { describe, expect, it } from 'vitest';
import { ENTITY_KINDS } from '../../../src/detection/kinds.ts';
import { parsePolicy } from '../../../src/policy/parse.ts';
import { MAX_PROBLEMS } from '../../../src/policy/problem.ts';
import { KIDS, placesOf, policyOf, problemsOf } from './policies.ts';

const DEFAULT_ROW = { enabled: true, regex: true, ner: true, threshold: 0.6, action: 'tokenize' };

describe('a policy that says only its name', () => {
  it('has the documented defaults', () => {
    const { entities, ...rest } = policyOf('name: p');
    expect(rest).toEqual({
      name: 'p',
      version: 1,
      description: '',
      kid: 'K_HEALTHCARE',
      epsilon: 0.5,
      tokenization: 'vault-deterministic',
      passes: ['regex', 'ner'],
      patterns: [],
      allow: [],
      speakers: null,
      sensitivity: 0.25,
      audit: { logEvents: true, logPayloads: false, retentionDays: 2555 },
      onDegraded: 'degrade',
      binaryContent: 'block',
      calendarDates: 'keep',
      platform: { bypass: 'strip' },
      restore: { speech: 'all', toolArguments: 'all', urls: [], tools: 'all', toolForm: 'canonical' },
      stream: { orderToolCalls: true },
      synthetic: { seed: null, preserveLocale: true },
    });
    expect(Object.keys(entities)).toEqual([...ENTITY_KINDS]);
  });

  it('protects every kind but ORG: protection is opt-out', () => {
    const { entities } = policyOf('name: p');
    for (const kind of ENTITY_KINDS) expect(entities[kind], kind).toEqual({ ...DEFAULT_ROW, enabled: kind !== 'ORG' });
  });
});

describe('a policy that says everything', () => {
  const text = `name: strict
version: 3
description: "two\\nlines"
kid: K_OTHER
epsilon: 0.5
tokenization: reversible-aead
passes: [gemma, regex, diarize]
entities:
  PHONE: { enabled: false, regex: false, ner: false, confidence_threshold: 1, action: passthrough }
  ORG: {}
patterns:
  - { name: chart, kind: mrn, regex: '\\bAC\\d{6}\\b' }
  - name: Member.2
    kind: HEALTH_PLAN
    regex: "[0-9]{10}"
    cues: [member, "plan number"]
    within: 0
    checksum: luhn
    confidence: 1
allow: [Mercy General, "Sant Joan de Déu"]
speakers: [user, Paciente]
sensitivity: 0.4
audit: { log_events: true, log_payloads: false, retention_days: 2555 }
on_degraded: block
binary_content: allow
calendar_dates: mask
platform: { bypass: refuse }
restore: { speech: [person_name, NAME, DATE], tool_arguments: [], urls: all, tools: [book_visit], tool_form: as_said }
stream: { order_tool_calls: false }
synthetic: { preserve_locale: true }
`;

  it('is read as written', () => {
    const { entities, ...rest } = policyOf(text);
    expect(rest).toEqual({
      name: 'strict',
      version: 3,
      description: 'two\nlines',
      kid: 'K_OTHER',
      epsilon: 0.5,
      tokenization: 'reversible-aead',
      passes: ['ner', 'regex', 'diarize'],
      patterns: [
        { name: 'chart', kind: 'MRN', regex: '\\bAC\\d{6}\\b', cues: [], within: 8, checksum: null, confidence: 1 },
        {
          name: 'Member.2',
          kind: 'HEALTH_PLAN',
          regex: '[0-9]{10}',
          cues: ['member', 'plan number'],
          within: 0,
          checksum: 'luhn',
          confidence: 1,
        },
      ],
      allow: ['Mercy General', 'Sant Joan de Déu'],
      speakers: ['user', 'Paciente'],
      sensitivity: 0.4,
      audit: { logEvents: true, logPayloads: false, retentionDays: 2555 },
      onDegraded: 'block',
      binaryContent: 'allow',
      calendarDates: 'mask',
      platform: { bypass: 'refuse' },
      restore: { speech: ['NAME', 'DATE'], toolArguments: [], urls: 'all', tools: ['book_visit'], toolForm: 'as_said' },
      stream: { orderToolCalls: false },
      synthetic: { seed: null, preserveLocale: true },
    });
    expect(entities.PHONE).toEqual({ enabled: false, regex: false, ner: false, threshold: 1, action: 'passthrough' });
    expect(entities.SSN).toEqual(DEFAULT_ROW);
  });

  it('looks for ORG because it has a row', () => {
    expect(policyOf(text).entities.ORG).toEqual(DEFAULT_ROW);
  });

  it('comes back with its text, unchanged', () => {
    expect(parsePolicy(text, { kids: KIDS })).toMatchObject({ ok: true, text });
  });
});

describe('what a policy asks for and nothing does', () => {
  it.each([
    ['epsilon: 1', 'epsilon', 'say 0.5'],
    ['audit: { log_events: false }', 'audit.log_events', 'always recorded'],
    ['synthetic: { preserve_locale: false }', 'synthetic.preserve_locale', 'say true'],
  ])('%s is refused as not supported', (line, path, word) => {
    const result = parsePolicy(`name: p\n${line}`, { kids: KIDS });
    if (result.ok) throw new Error('was taken');
    expect(result.problems).toMatchObject([{ code: 'not_supported', path, line: 2 }]);
    expect(result.problems[0]?.message).toContain(word);
  });

  it('is refused in a policy that extends another, too', () => {
    const bases = new Map([['base', policyOf('name: base')]]);
    expect(parsePolicy('extends: base\naudit: { log_events: false }', { kids: KIDS, bases })).toMatchObject({
      problems: [{ code: 'not_supported', path: 'audit.log_events' }],
    });
  });

  it('takes a policy that keeps payloads', () => {
    expect(parsePolicy('name: p\naudit: { log_payloads: true }', { kids: KIDS })).toMatchObject({
      ok: true,
      policy: { audit: { logPayloads: true } },
    });
  });

  it('is taken where it says what happens anyway', () => {
    const text = `name: p
epsilon: 0.5
tokenization: reversible-aead
audit: { log_events: true, log_payloads: false, retention_days: 2555 }
synthetic: { preserve_locale: true }`;
    expect(parsePolicy(text, { kids: KIDS })).toMatchObject({ ok: true });
  });
});

describe('spellings', () => {
  it.each([
    ['person_name', 'NAME'],
    ['PERSON_NAME', 'NAME'],
    ['phone_number', 'PHONE'],
    ['account_number', 'ACCOUNT'],
    ['org_name', 'ORG'],
    ...ENTITY_KINDS.map((kind) => [kind.toLowerCase(), kind] as const),
  ] as const)('%s means %s', (spelling, kind) => {
    expect(policyOf(`name: p\nentities: { ${spelling}: { action: redact } }`).entities[kind].action).toBe('redact');
  });

  it('refuses one kind in two spellings', () => {
    expect(placesOf('name: p\nentities:\n  PHONE: {}\n  phone_number: {}')).toEqual([
      '4:3 invalid_value entities.phone_number',
    ]);
  });

  it('takes ner and gemma together for one pass', () => {
    expect(policyOf('name: p\npasses: [ner, gemma]').passes).toEqual(['ner']);
  });
});

describe('problems', () => {
  it('come all at once, each with its line and column, in the order of the text', () => {
    const text = `nmae: p
version: 0
description: [no]
kid: K_MISSING
epsilon: -1
tokenization: rot13
passes:
  - regex
  - nre
entities:
  PHONE:
    enabled: yes
    confidence_threshold: 1.5
    action: hide
  FONE: {}
  SSN: off
audit:
  log_event: true
  retention_days: 0.5
patterns:
  - { name: no good, kind: MNR, regex: '(', cues: x, within: -1, checksum: crc, confidence: 2, weight: 1 }
  - kind: 7
allow: [" x"]
speakers: []
sensitivity: high
on_degraded: maybe
binary_content: true
restore: { speech: none, tool_arguments: [FONE], urls: {}, tools: [a b], speach: all, tool_form: best }
synthetic: { seed: 1.5, preserve_locale: 1 }
`;
    expect(placesOf(text)).toEqual([
      '1:1 unknown_key nmae',
      '1:1 invalid_value name',
      '2:10 invalid_value version',
      '3:14 invalid_value description',
      '4:6 unknown_kid kid',
      '5:10 invalid_value epsilon',
      '6:15 invalid_value tokenization',
      '9:5 invalid_pass passes.1',
      '12:14 invalid_value entities.PHONE.enabled',
      '13:27 invalid_value entities.PHONE.confidence_threshold',
      '14:13 invalid_value entities.PHONE.action',
      '15:3 missing_entity entities.FONE',
      '16:8 invalid_value entities.SSN',
      '18:3 unknown_key audit.log_event',
      '19:19 invalid_value audit.retention_days',
      '21:13 invalid_value patterns.0.name',
      '21:28 missing_entity patterns.0.kind',
      '21:40 invalid_regex patterns.0.regex',
      '21:51 invalid_value patterns.0.cues',
      '21:62 invalid_value patterns.0.within',
      '21:76 invalid_value patterns.0.checksum',
      '21:93 invalid_value patterns.0.confidence',
      '21:96 unknown_key patterns.0.weight',
      '22:5 invalid_value patterns.1.name',
      '22:5 invalid_value patterns.1.regex',
      '22:11 invalid_value patterns.1.kind',
      '23:9 invalid_value allow.0',
      '24:11 invalid_value speakers',
      '25:14 invalid_value sensitivity',
      '26:14 invalid_value on_degraded',
      '27:17 invalid_value binary_content',
      '28:20 invalid_value restore.speech',
      '28:43 missing_entity restore.tool_arguments.0',
      '28:56 invalid_value restore.urls',
      '28:68 invalid_value restore.tools.0',
      '28:74 unknown_key restore.speach',
      '28:98 invalid_value restore.tool_form',
      '29:20 invalid_value synthetic.seed',
      '29:42 invalid_value synthetic.preserve_locale',
    ]);
  });

  it.each([
    ['the kid variable to set', 'name: p\nkid: K_MISSING', 'there is no key for this kid: set MASKER_KEY_K_MISSING'],
    ['the nearest key', 'name: p\ntokenisation: x', 'unknown key; did you mean tokenization?'],
    [
      'the nearest key of a row',
      'name: p\nentities: { PHONE: { treshold: 1, actoin: redact } }',
      'unknown key; did you mean action?',
    ],
    ['the nearest kind', 'name: p\nentities: { CREDITCARD: {} }', 'there is no such kind; did you mean CREDIT_CARD?'],
    ['the choices', 'name: p\nbinary_content: maybe', 'must be one of block, allow'],
    ['what becomes of dates of the calendar', 'name: p\ncalendar_dates: yes', 'must be one of keep, mask'],
    ['what may run past the proxy', 'name: p\nplatform: { bypass: allow }', 'must be one of strip, warn, refuse'],
    ['what a flag may be', 'name: p\nstream: { order_tool_calls: 1 }', 'must be true or false'],
    ['the passes', 'name: p\npasses: [regexp]', 'must be one of regex, ner, gemma, diarize'],
    [
      'the known keys where none is near',
      'name: p\naudit: { zzzzzz: 1 }',
      'unknown key; known here: log_events, log_payloads, retention_days',
    ],
  ])('name %s', (_what, yaml, message) => {
    expect(problemsOf(yaml).map((problem) => problem.message)).toContain(message);
  });

  it.each([
    ['no pass at all', 'passes: []'],
    ['diarize alone', 'passes: [diarize]'],
  ])('refuse %s: it would detect nothing', (_what, line) => {
    expect(placesOf(`name: p\n${line}`)).toEqual(['2:9 invalid_pass passes']);
  });

  it.each([
    ['a pass that is there twice', 'passes: [regex, ner, regex]', '2:22 invalid_pass passes.2'],
    ['passes that are no list', 'passes: regex', '2:9 invalid_value passes'],
    ['passes without a value', 'passes:', '2:8 invalid_value passes'],
    ['a pass that is no text', 'passes: [regex, [ner]]', '2:17 invalid_pass passes.1'],
    ['entities without a row', 'entities:', '2:10 missing_entity entities'],
    ['entities as a list', 'entities: [PHONE]', '2:11 invalid_value entities'],
    ['a row without a value', 'entities: { PHONE: }', '2:20 invalid_value entities.PHONE'],
    ['a kid in small letters', 'kid: k_healthcare', '2:6 invalid_value kid'],
    ['a kid that is no text', 'kid: 7', '2:6 invalid_value kid'],
    ['a version that is text', 'version: "1"', '2:10 invalid_value version'],
    ['a version beyond the column', 'version: 2147483648', '2:10 invalid_value version'],
    ['not a number', 'epsilon: .nan', '2:10 invalid_value epsilon'],
    ['infinity', 'epsilon: .inf', '2:10 invalid_value epsilon'],
    ['audit as a list', 'audit: []', '2:8 invalid_value audit'],
    ['a control character in the description', 'description: "a\\0"', '2:14 invalid_value description'],
    ['a key that is no text', '7: x', '2:1 unknown_key ?'],
    ['a key that is a list', '? [a]\n: x', '2:3 unknown_key ?'],
  ])('%s', (_what, line, place) => {
    expect(placesOf(`name: p\n${line}`)).toEqual([place]);
  });

  it.each([
    ['empty', '""'],
    ['too long', 'x'.repeat(65)],
    ['white space at an end', '"p "'],
    ['a line break inside', '"a\\nb"'],
    ['half a character', '"\\uD800"'],
    ['a number', '12'],
  ])('a name that is %s', (_what, name) => {
    expect(placesOf(`name: ${name}`)).toEqual(['1:7 invalid_value name']);
  });

  it('count the 64 characters of a name in code points', () => {
    expect(policyOf(`name: ${'😀'.repeat(64)}`).name).toBe('😀'.repeat(64));
    expect(placesOf(`name: ${'😀'.repeat(65)}`)).toEqual(['1:7 invalid_value name']);
  });

  it('asks for a key of the default kid too', () => {
    expect(problemsOf('name: p', new Set()).map(({ code, message }) => [code, message])).toEqual([
      ['unknown_kid', 'there is no key for this kid: set MASKER_KEY_K_HEALTHCARE'],
    ]);
  });

  it('never repeat what the policy gave as a value, nor a key that looks like none', () => {
    const secret = 'Maria Gonzalez 078-05-1120';
    const text = [
      `"${secret}": 1`,
      `name: ["${secret}"]`,
      `kid: "${secret}"`,
      `tokenization: "${secret}"`,
      `passes: ["${secret}"]`,
    ]
      .concat(`entities: { "${secret}": {}, PHONE: { action: "${secret}" } }`)
      .join('\n');
    const problems = problemsOf(text);
    expect(problems).toHaveLength(7);
    expect(JSON.stringify(problems)).not.toContain('Gonzalez');
    expect(JSON.stringify(problems)).not.toContain('1120');
  });

  it('stop after a bounded number', () => {
    const text = Array.from({ length: 1000 }, (_, i) => `key${i}: 1`).join('\n');
    expect(problemsOf(text)).toHaveLength(MAX_PROBLEMS);
  });

  it('keep their columns after a comment, a blank line and CRLF', () => {
    expect(placesOf('# é😀\r\n\r\nname: p\r\n  \r\nversion: x\r\n')).toEqual(['5:10 invalid_value version']);
  });
});
