/** Cosignatures of witnesses over REST: which are kept, and how they are given out with their checkpoint. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseSignatureLine } from '../../src/audit-log/note.ts';
import { judgeCheckpoint, parseCheckpoint, parsePolicy } from '../../verifier/src/verify.ts';
import { FIRST, POLICY, SECOND, startLogApi, UNKNOWN } from './log-api-fixture.ts';
import type { LogApi } from './log-api-fixture.ts';

let log: LogApi;
beforeAll(async () => {
  log = await startLogApi();
});
afterAll(async () => {
  await log.api.close();
});

describe('cosignatures', () => {
  const text = async (): Promise<string> =>
    `${(await (await log.get('/audit/checkpoint')).text()).split('\n\n')[0] ?? ''}\n`;

  test('of witnesses are checked, kept, and given out with their checkpoint', async () => {
    await log.acts(1);
    const note = await (await log.get('/audit/checkpoint')).text();
    const body = await text();
    const one = await log.post('/audit/checkpoint/cosignatures', {
      checkpoint: note + FIRST.cosign(body, 1_700_000_000n) + UNKNOWN.cosign(body, 1n),
    });
    expect(await one.json()).toMatchObject({
      checkpoint: { witnessed: false, cosignatures: [{ witness: 'one', at: '2023-11-14T22:13:20.000Z' }] },
    });
    const two = await log.post('/audit/checkpoint/cosignatures', {
      checkpoint: note + SECOND.cosign(body, 1_700_000_001n),
    });
    expect(await two.json()).toMatchObject({ checkpoint: { witnessed: true } });
    const whole = await (await log.get('/audit/checkpoint')).text();
    expect(whole).toBe(note + FIRST.cosign(body, 1_700_000_000n) + SECOND.cosign(body, 1_700_000_001n));
    const { verifier_key: key } = (await log.json<{ keys: { verifier_key: string }[] }>('/audit/keys')).keys[0] ?? {
      verifier_key: '',
    };
    expect(judgeCheckpoint(whole, parsePolicy(`log ${key}\n${POLICY}`))).toMatchObject({ quorumMet: true });
  });

  test.each([
    ['a witness that signed another text', async () => FIRST.cosign(`${await text()}more\n`, 5n), 422],
    ['no witness of the policy', async () => UNKNOWN.cosign(await text(), 5n), 422],
    ['nobody', () => Promise.resolve(''), 422],
  ])('of %s are refused', async (_, line, status) => {
    const [body = '', lines = ''] = (await (await log.get('/audit/checkpoint')).text()).split('\n\n');
    const checkpoint = `${body}\n\n${lines.split('\n')[0] ?? ''}\n${await line()}`;
    const response = await log.post('/audit/checkpoint/cosignatures', { checkpoint });
    expect([response.status, await response.json()]).toMatchObject([
      status,
      { error: { details: [{ path: 'checkpoint' }] } },
    ]);
  });

  test.each([
    ['a time that no date states', () => 2n ** 63n - 1n, 'time more than a day ahead'],
    ['a time two days ahead', () => BigInt(Math.floor(Date.now() / 1000) + 2 * 86_400), 'time more than a day ahead'],
  ])('of %s are refused', async (_, at, message) => {
    await log.acts(1);
    const [body, note] = [await text(), await (await log.get('/audit/checkpoint')).text()];
    const checkpoint = note + FIRST.cosign(body, at());
    const response = await log.post('/audit/checkpoint/cosignatures', { checkpoint });
    expect([response.status, await response.json()]).toMatchObject([
      422,
      { error: { details: [{ path: 'checkpoint', message: expect.stringContaining(message) as string }] } },
    ]);
  });

  test('of one witness twice are refused, also where both hold', async () => {
    await log.acts(1);
    const [body, note] = [await text(), await (await log.get('/audit/checkpoint')).text()];
    for (const second of [FIRST.cosign(body, 5n), FIRST.cosign(body, 6n)]) {
      const response = await log.post('/audit/checkpoint/cosignatures', {
        checkpoint: note + FIRST.cosign(body, 5n) + second,
      });
      expect([response.status, await response.json()]).toMatchObject([
        422,
        { error: { details: [{ message: 'Two lines are of the witness one: send one.' }] } },
      ]);
    }
    expect(await (await log.get('/audit/checkpoint')).text()).toBe(note);
  });

  test('of an hour ahead are kept', async () => {
    await log.acts(1);
    const [body, note] = [await text(), await (await log.get('/audit/checkpoint')).text()];
    const line = FIRST.cosign(body, BigInt(Math.floor(Date.now() / 1000) + 3600));
    expect((await log.post('/audit/checkpoint/cosignatures', { checkpoint: note + line })).status).toBe(200);
    expect(await (await log.get('/audit/checkpoint')).text()).toBe(note + line);
  });

  test('that were stored with a time that no date states do not count, and are given out with the note', async () => {
    await log.acts(1);
    const [body, note] = [await text(), await (await log.get('/audit/checkpoint')).text()];
    const { size } = parseCheckpoint(body);
    const line = SECOND.cosign(body, 2n ** 63n - 1n);
    await log.api.database.pool.query(
      'INSERT INTO log_cosignatures (account_id, size, name, key_id, line) VALUES ($1, $2, $3, $4, $5)',
      [log.owner.accountId, String(size), SECOND.key.name, parseSignatureLine(line.trimEnd())?.keyId, line],
    );
    const response = await log.post('/audit/checkpoint/cosignatures', { checkpoint: note + FIRST.cosign(body, 5n) });
    expect([response.status, await response.json()]).toMatchObject([
      200,
      {
        checkpoint: {
          witnessed: false,
          cosignatures: [{ witness: 'one' }],
          note: note + FIRST.cosign(body, 5n) + line,
        },
      },
    ]);
  });

  test('of a checkpoint that the log does not have, and of no checkpoint, are refused', async () => {
    const body = (await text()).replace(/\n\d+\n/, '\n9999\n');
    const response = await log.post('/audit/checkpoint/cosignatures', {
      checkpoint: `${body}\n${FIRST.cosign(body, 5n)}`,
    });
    expect(response.status).toBe(404);
    expect((await log.post('/audit/checkpoint/cosignatures', { checkpoint: 'x' })).status).toBe(422);
  });
});
