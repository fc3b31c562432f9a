import { describe, expect, test } from 'vitest';
import { ATTEMPTS, withSession, type Outcome } from '../../../src/sessions/session-access.ts';

describe('withSession', () => {
  test('finds the session anew after each lost race, and returns what the work came to', async () => {
    let found = 0;
    const work = (session: number): Promise<Outcome<string>> =>
      Promise.resolve(session < 3 ? 'again' : { done: `won by ${session}` });
    expect(await withSession(() => Promise.resolve(++found), work, 'contended')).toBe('won by 3');
    expect(found).toBe(3);
  });

  test('throws audit_unavailable where every race is lost', async () => {
    let found = 0;
    const lost = withSession(
      () => Promise.resolve(++found),
      () => Promise.resolve<Outcome<never>>('again'),
      'The session is contended.',
    );
    await expect(lost).rejects.toMatchObject({ code: 'audit_unavailable', message: 'The session is contended.' });
    expect(found).toBe(ATTEMPTS);
  });

  test('throws what the work throws, without another attempt', async () => {
    let found = 0;
    const failed = withSession(
      () => Promise.resolve(++found),
      () => Promise.reject<Outcome<never>>(new Error('broken')),
      'contended',
    );
    await expect(failed).rejects.toThrow('broken');
    expect(found).toBe(1);
  });
});
