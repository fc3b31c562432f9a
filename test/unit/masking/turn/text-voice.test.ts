import { describe, expect, it } from 'vitest';
import { cueOf, voiceOf } from '../../../../src/masking/turn/text-voice.ts';

describe('whose voice a text is', () => {
  it.each([
    ['/messages/0/content', 'user', 'caller'],
    ['/messages/12/content/1/text', 'assistant', 'agent'],
    ['/messages/0/content/0', 'user', 'caller'],
    ['/input', 'user', 'caller'],
    ['/input/3/content', 'assistant', 'agent'],
    ['/input/3/content/0/text', 'user', 'caller'],
  ] as const)('%s of the %s is the %s', (pointer, speaker, voice) => {
    expect(voiceOf({ pointer, speaker, key: null })).toBe(voice);
  });

  it.each([
    ['/messages/0/content', 'system'],
    ['/messages/0/content', 'tool'],
    ['/messages/0/content', null],
    ['/messages/0/name', 'user'],
    ['/messages/0/tool_calls/0/function/arguments', 'assistant'],
    ['/input/0/arguments', 'assistant'],
    ['/input/0/summary/0/text', 'assistant'],
    ['/input/0/output', 'tool'],
    ['/instructions', 'system'],
    ['/inputs', 'user'],
    ['/metadata/input', 'user'],
  ] as const)("%s of %s is nobody's", (pointer, speaker) => {
    expect(voiceOf({ pointer, speaker, key: null })).toBeNull();
  });
});

describe('the cue that a key is', () => {
  it.each([
    ['/messages/0/content', 'patient_name', 'patient name: '],
    ['/input/0/arguments', 'dateOfBirth', 'date of birth: '],
    ['/metadata', 'home-phone', 'home phone: '],
    ['/messages/0/content', 'content', ''],
    ['/messages/0/content', null, ''],
    ['/messages/0/content', '4155550142', ''],
    ['/messages/0/content', `a${'b'.repeat(40)}`, ''],
  ])('%s with the key %s reads "%s"', (pointer, key, cue) => {
    expect(cueOf({ pointer, key, speaker: null })).toBe(cue);
  });
});
