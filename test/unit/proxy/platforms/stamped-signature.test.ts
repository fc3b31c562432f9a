/** Signatures with their time in one header, as Retell's and ElevenLabs' own libraries make them. */
import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { Secret } from '../../../../src/platform/secret.ts';
import {
  ELEVENLABS_SIGNATURE,
  isStamped,
  RETELL_SIGNATURE,
} from '../../../../src/proxy/platforms/stamped-signature.ts';

const NOW = Date.UTC(2026, 4, 3, 21, 14);
const BODY = Buffer.from('{"event":"call_ended"}');
const KEY = new Secret('key of the platform');
const hmac = (text: string, key = 'key of the platform'): string =>
  createHmac('sha256', key).update(text).digest('hex');

const seconds = NOW / 1000;
const PLATFORMS = [
  {
    name: 'Retell',
    signature: RETELL_SIGNATURE,
    header: 'x-retell-signature',
    made: (now: number, key?: string) => `v=${now},d=${hmac(`${BODY.toString()}${now}`, key)}`,
  },
  {
    name: 'ElevenLabs',
    signature: ELEVENLABS_SIGNATURE,
    header: 'elevenlabs-signature',
    made: (now: number, key?: string) => `t=${now / 1000},v0=${hmac(`${now / 1000}.${BODY.toString()}`, key)}`,
  },
];

describe.each(PLATFORMS)('the signature of $name', ({ signature, header, made }) => {
  const isSigned = (value: string | string[], body = BODY): boolean =>
    isStamped(signature, { [header]: value }, body, KEY, NOW);

  test('is accepted up to five minutes before and after the time in it', () => {
    for (const minutes of [-5, 0, 5]) expect(isSigned(made(NOW + minutes * 60_000))).toBe(true);
    for (const minutes of [-6, 6]) expect(isSigned(made(NOW + minutes * 60_000))).toBe(false);
  });

  test('is refused over another body, under another key, and with another time', () => {
    expect(isSigned(made(NOW), Buffer.from('{}'))).toBe(false);
    expect(isSigned(made(NOW, 'another key'))).toBe(false);
    expect(isSigned(made(NOW).replace(String(seconds), String(seconds + 1)))).toBe(false);
  });

  test('is refused in another spelling, twice, or not at all', () => {
    for (const value of [made(NOW).toUpperCase(), `${made(NOW)} `, made(NOW).slice(0, -1), '', 'v=,d='])
      expect(isSigned(value)).toBe(false);
    expect(isSigned([made(NOW), made(NOW)])).toBe(false);
    expect(isStamped(signature, {}, BODY, KEY, NOW)).toBe(false);
  });
});
