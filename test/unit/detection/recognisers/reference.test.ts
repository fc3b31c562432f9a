import { describe, expect, it } from 'vitest';
import { mark, readMarked } from '../marked.ts';

describe('references in all forms', () => {
  it.each([
    'voiceprint [BIOMETRIC:VP-20991]',
    'fingerprint id is [BIOMETRIC:f p seven seven one two]',
    'face id template [BIOMETRIC:FT_88120]',
    '[PHOTO:data:image/png;base64,iVBORw0KGgo=]',
    'claim number [OTHER_ID:CLM-2024-00123]',
    'case number [OTHER_ID:24-CV-0192]',
    'prescription [OTHER_ID:7712345]',
    'rx number is [OTHER_ID:seven seven one two three four five]',
    'confirmation [OTHER_ID:QX7Z2P]',
    'your confirmation code is [OTHER_ID:q x seven z two p]',
    'tracking number [OTHER_ID:1Z999AA10123456784]',
    'order [OTHER_ID:112-3456789-1234567]',
    '[OTHER_ID:88123409]',
    'the pin is [OTHER_ID:4471]',
    'employee id [OTHER_ID:E44712]',
    'username is [OTHER_ID:jsmith82]',
    'password is [OTHER_ID:hunter2]',
    'ein [OTHER_ID:12-3456789]',
  ])('by cue: %s', (line) => {
    expect(mark(readMarked(line).text)).toBe(line);
  });
});
