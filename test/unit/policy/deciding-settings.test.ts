import { describe, expect, it } from 'vitest';
import { decidingPattern, decidingSettings } from '../../../src/policy/deciding-settings.ts';
import type { DecidedRedaction, DecidingSetting } from '../../../src/policy/deciding-settings.ts';

const POLICY = `# comment
name: clinic
passes: [regex, ner]
entities:
  PERSON_NAME: { ner: true, confidence_threshold: 0.7, action: redact }
  PHONE:
    action: tokenize
  SSN:
    ner: false
patterns:
  - { name: other, kind: MRN, regex: 'X\\d+' }
  - name: chart-number
    kind: MRN
    regex: 'AC\\d{6}'
audit:
  log_payloads: true
`;

const redaction = (change: Partial<DecidedRedaction>): DecidedRedaction => ({
  kind: 'NAME',
  foundAs: null,
  pass: 'ner',
  ...change,
});

/** Each setting as `role key=value @line`. */
function written(settings: readonly DecidingSetting[]): string[] {
  return settings.map(({ role, key, value, line }) => `${role} ${key}=${value} @${line ?? 'default'}`);
}

describe('the settings that decided about a redaction', () => {
  it('name pass, threshold and action of a model pass, with the line of the row in any spelling', () => {
    expect(written(decidingSettings(POLICY, redaction({})))).toEqual([
      'looked_for entities.NAME.ner=true @5',
      'threshold entities.NAME.confidence_threshold=0.7 @5',
      'action entities.NAME.action=redact @5',
      'text_kept audit.log_payloads=true @16',
    ]);
  });

  it('have no line where the text does not write them, and then the value of their default', () => {
    expect(written(decidingSettings(POLICY, redaction({ kind: 'PHONE', pass: 'regex' })))).toEqual([
      'looked_for entities.PHONE.regex=true @default',
      'action entities.PHONE.action=tokenize @7',
      'text_kept audit.log_payloads=true @16',
    ]);
    expect(written(decidingSettings('name: p', redaction({ kind: 'ORG' })))).toEqual([
      'looked_for entities.ORG.ner=true @default',
      'threshold entities.ORG.confidence_threshold=0.6 @default',
      'action entities.ORG.action=tokenize @default',
      'text_kept audit.log_payloads=false @default',
    ]);
  });

  it('say first why a found kind counts as OTHER_ID', () => {
    expect(written(decidingSettings(POLICY, redaction({ kind: 'OTHER_ID', foundAs: 'SSN' })))).toEqual([
      'counts_as entities.SSN.ner=false @9',
      'looked_for entities.OTHER_ID.ner=true @default',
      'threshold entities.SSN.confidence_threshold=0.6 @default',
      'action entities.OTHER_ID.action=tokenize @default',
      'text_kept audit.log_payloads=true @16',
    ]);
  });

  it('of a known value are whether its kind is looked for, and the action', () => {
    const roles = decidingSettings(POLICY, redaction({ pass: 'known' })).map(({ role, key }) => `${role} ${key}`);
    expect(roles).toEqual([
      'looked_for entities.NAME.enabled',
      'action entities.NAME.action',
      'text_kept audit.log_payloads',
    ]);
  });

  it('have the text of their line, without indentation and at most 200 characters of it', () => {
    const [, action] = decidingSettings(POLICY, redaction({ kind: 'PHONE', pass: 'regex' }));
    expect(action?.text).toBe('action: tokenize');
    const long = `name: p\nentities: { NAME: { action: redact } } # ${'x'.repeat(300)}`;
    expect(decidingSettings(long, redaction({})).map(({ text }) => text?.length)).toEqual([
      undefined,
      undefined,
      200,
      undefined,
    ]);
  });

  it('are found behind an alias, on the line where the setting is written', () => {
    const text = 'name: p\nentities:\n  SSN: &row\n    action: redact\n  MRN: *row';
    expect(written(decidingSettings(text, redaction({ kind: 'MRN', pass: 'regex' })))).toContain(
      'action entities.MRN.action=redact @4',
    );
  });
});

describe('the pattern of a name', () => {
  it('has the line of its name', () => {
    expect(decidingPattern(POLICY, 'chart-number')).toEqual({
      role: 'pattern',
      key: 'patterns.1',
      value: 'chart-number',
      line: 12,
      text: '- name: chart-number',
    });
  });

  it('is null where the text has none of it', () => {
    expect(decidingPattern(POLICY, 'unknown')).toBeNull();
    expect(decidingPattern('name: p', 'chart-number')).toBeNull();
  });
});
