import { describe, expect, it } from 'vitest';
import { checkAssistant, checkCallbackUrl, MAX_ASSISTANT_BYTES } from '../../../src/agents/assistant-input.ts';

describe('an assistant', () => {
  it('is any JSON object', () => {
    const assistant = {
      firstMessage: 'Hi 😀',
      model: { provider: 'openai', model: 'gpt-4o', messages: [{ role: 'system', content: 'Be kind.' }] },
      n: 1,
      b: true,
      z: null,
    };
    expect(checkAssistant(assistant)).toEqual({ ok: true, value: assistant });
    expect(checkAssistant({})).toEqual({ ok: true, value: {} });
  });

  it('may have tools with parameters that are called as secrets are', () => {
    const assistant = {
      model: {
        tools: [
          {
            function: {
              parameters: {
                properties: { password: { type: 'string' }, token: { type: 'string' } },
                required: ['password'],
              },
            },
          },
        ],
      },
    };
    expect(checkAssistant(assistant).ok).toBe(true);
  });

  const nested = (depth: number): unknown => (depth === 0 ? {} : { a: nested(depth - 1) });

  it.each([
    ['a text', 'PATIENT', 'invalid_type'],
    ['a list', ['PATIENT'], 'invalid_type'],
    ['a number', 1, 'invalid_type'],
    ['too big', { a: 'PATIENT'.repeat(MAX_ASSISTANT_BYTES / 7) }, 'too_big'],
    ['too deep', nested(64), 'too_deep'],
    ['with a NUL', { a: ['PATIENT\0'] }, 'invalid_value'],
    ['with a NUL in a name', { 'PATIENT\0': 1 }, 'invalid_value'],
    ['with half a character', { a: '\ud800' }, 'invalid_value'],
    ['with credentials', { credentials: [] }, 'secret_not_allowed'],
    ['with a provider’s key', { voice: { provider: '11labs', apiKey: 'PATIENT' } }, 'secret_not_allowed'],
    ['with a server’s secret', { server: { url: 'https://x.test', secret: 'PATIENT' } }, 'secret_not_allowed'],
    ['with a carrier’s token', { transport: [{ twilioAuthToken: 'PATIENT' }] }, 'secret_not_allowed'],
    ['with a header that is a key', { model: { headers: { Authorization: 'PATIENT' } } }, 'secret_not_allowed'],
  ])('%s is refused', (_name, assistant, code) => {
    const checked = checkAssistant(assistant);
    expect(checked).toMatchObject({ ok: false, problem: { path: 'assistant', code } });
    expect(JSON.stringify(checked)).not.toContain('PATIENT');
  });

  it('just within the bounds is taken', () => {
    expect(checkAssistant(nested(62)).ok).toBe(true);
    expect(checkAssistant({ a: 'x'.repeat(MAX_ASSISTANT_BYTES - 8) }).ok).toBe(true);
    expect(checkAssistant({ a: 'x'.repeat(MAX_ASSISTANT_BYTES - 7) }).ok).toBe(false);
  });
});

describe('the address of a callback', () => {
  it.each([
    ['https://clinic.example/assistant?x=1', 'https://clinic.example/assistant?x=1'],
    ['HTTP://Clinic.example', 'http://clinic.example/'],
    ['http://127.0.0.1:9000/a', 'http://127.0.0.1:9000/a'],
    ['http://10.0.0.7/', 'http://10.0.0.7/'],
    ['http://[fd00::7]/', 'http://[fd00::7]/'],
  ])('may be %s', (text, value) => {
    expect(checkCallbackUrl(text)).toEqual({ ok: true, value });
  });

  it.each([
    '',
    'clinic.example',
    '/path',
    'ftp://clinic.example/',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'https://',
    'https://user@clinic.example/',
    'https://user:PATIENT@clinic.example/',
    'https://clinic.example/#PATIENT',
    `https://clinic.example/${'a'.repeat(2048)}`,
    'http://169.254.169.254/latest/meta-data/',
    'http://0xa9fea9fe/',
    'http://2852039166/',
    'http://[::ffff:169.254.169.254]/',
    'http://[fe80::1]/',
    'http://[fd00:ec2::254]/',
    'http://0.0.0.0/',
    'http://[::]/',
    'http://0/',
    'http://255.255.255.255/',
    'http://100.100.100.200/',
  ])('may not be %s', (text) => {
    const checked = checkCallbackUrl(text);
    expect(checked).toMatchObject({ ok: false, problem: { path: 'assistantCallbackUrl', code: 'invalid_value' } });
    expect(JSON.stringify(checked)).not.toContain('PATIENT');
  });
});
