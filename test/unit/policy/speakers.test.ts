import { describe, expect, it } from 'vitest';
import { mayMaskSpeaker } from '../../../src/policy/speakers.ts';
import { policyOf } from './policies.ts';

const policy = (speakers: string): Parameters<typeof mayMaskSpeaker>[0] =>
  policyOf(`name: p\npasses: [regex, ner, diarize]\nspeakers: [${speakers}]`);

describe('mayMaskSpeaker', () => {
  it.each([
    ['patient', 'patient', true],
    ['patient', ' Patient ', true],
    ['Paciente', 'paciente', true],
    ['patient', 'clerk', false],
    ['patient, caller', 'caller', true],
    ['user', 'user', true],
    ['user', 'assistant', false],
    ['user, tool', 'tool', true],
    ['user, patient', 'system', false],
    ['user, patient', 'clerk', false],
  ])('speakers [%s]: the words of %j are searched: %s', (speakers, speaker, expected) => {
    expect(mayMaskSpeaker(policy(speakers), speaker)).toBe(expected);
  });

  it('searches the words of a speaker whom nobody named', () => {
    expect(mayMaskSpeaker(policy('patient'), null)).toBe(true);
  });

  it.each(['user', 'assistant', 'system', 'developer', 'tool', 'function'])(
    'knows no voice by a role: %s may be the patient',
    (role) => {
      expect(mayMaskSpeaker(policy('patient'), role)).toBe(true);
    },
  );

  it('knows no role by the tag of a voice', () => {
    expect(mayMaskSpeaker(policy('user'), 'clerk')).toBe(true);
  });

  it('searches everybody without the pass diarize, and without the key', () => {
    expect(mayMaskSpeaker(policyOf('name: p\nspeakers: [user]'), 'assistant')).toBe(true);
    expect(mayMaskSpeaker(policyOf('name: p\npasses: [regex, diarize]'), 'assistant')).toBe(true);
  });
});
