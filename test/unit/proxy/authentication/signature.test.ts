import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SignatureSettings } from '../../../../src/agents/caller-auth.ts';
import { headerValue, isSigned, sameText, signatureOver } from '../../../../src/proxy/authentication/signature.ts';
import type { Headers } from '../../../../src/proxy/authentication/signature.ts';

const PLAIN: SignatureSettings = {
  algorithm: 'sha256',
  header: 'X-Vapi-Signature',
  timestampHeader: null,
  payload: '{body}',
  toleranceSeconds: 300,
  encoding: 'hex',
  prefix: null,
};
const TIMED: SignatureSettings = { ...PLAIN, timestampHeader: 'X-Timestamp', payload: '{timestamp}.{body}' };
const NOW = Date.UTC(2026, 4, 3, 21, 14, 32, 481);
const SECRET = 'a secret of the clinic';

const bytes = (text: string): Buffer => Buffer.from(text, 'utf8');
const KEY_1 = '\u000b'.repeat(20);
const KEY_4 = Buffer.from(Array.from({ length: 25 }, (_, i) => i + 1)).toString('latin1');
const HI = bytes('Hi There');
const WANT = bytes('what do ya want for nothing?');
const CD = Buffer.alloc(50, 0xcd);

// RFC 4231, 4.2, 4.3 and 4.5; RFC 2202, 3, cases 1, 2 and 4. Their other keys are no text.
const VECTORS = [
  ['RFC 4231 case 1', 'sha256', KEY_1, HI, 'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7'],
  [
    'RFC 4231 case 1',
    'sha512',
    KEY_1,
    HI,
    '87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cdedaa833b7d6b8a702038b274eaea3f4e4be9d914eeb61f1702e696c203a126854',
  ],
  ['RFC 4231 case 2', 'sha256', 'Jefe', WANT, '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843'],
  [
    'RFC 4231 case 2',
    'sha512',
    'Jefe',
    WANT,
    '164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737',
  ],
  ['RFC 4231 case 4', 'sha256', KEY_4, CD, '82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b'],
  [
    'RFC 4231 case 4',
    'sha512',
    KEY_4,
    CD,
    'b0ba465637458c6990e5a8c5f61d4af7e576d97ff94b872de76f8050361ee3dba91ca5c11aa25eb4d679275cc5788063a5f19741120c4f2de2adebeb10a298dd',
  ],
  ['RFC 2202 case 1', 'sha1', KEY_1, HI, 'b617318655057264e28bc0b6fb378c8ef146be00'],
  ['RFC 2202 case 2', 'sha1', 'Jefe', WANT, 'effcdf6ae5eb2fa2d27416d5f184df9c259a7c79'],
  ['RFC 2202 case 4', 'sha1', KEY_4, CD, '4c9007f4026250c6bc8414f9bf50c86c2d7235da'],
] as const;

describe('published vectors', () => {
  it.each(VECTORS)('%s, %s', (_name, algorithm, key, data, hex) => {
    expect(isSigned({ 'x-vapi-signature': hex }, data, { ...PLAIN, algorithm }, key, NOW)).toBe(true);
    const base64 = Buffer.from(hex, 'hex').toString('base64');
    expect(isSigned({ 'x-vapi-signature': base64 }, data, { ...PLAIN, algorithm, encoding: 'base64' }, key, NOW)).toBe(
      true,
    );
    expect(isSigned({ 'x-vapi-signature': hex }, Buffer.concat([data, HI]), { ...PLAIN, algorithm }, key, NOW)).toBe(
      false,
    );
  });

  it('GitHub’s own example of a webhook signature, with its prefix', () => {
    const headers = {
      'x-hub-signature-256': 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17',
    };
    const settings = { ...PLAIN, header: 'X-Hub-Signature-256', prefix: 'sha256=' };
    expect(isSigned(headers, bytes('Hello, World!'), settings, "It's a Secret to Everybody", NOW)).toBe(true);
  });
});

/** The headers of a body signed as the settings say, at `signedAt`. */
function signed(
  body: Uint8Array,
  settings: SignatureSettings,
  signedAt = String(Math.floor(NOW / 1000)),
): Record<string, string> {
  const { header, timestampHeader, prefix } = settings;
  const timestamp = timestampHeader === null ? null : signedAt;
  const signature = (prefix ?? '') + signatureOver(body, timestamp, SECRET, settings);
  return {
    [header.toLowerCase()]: signature,
    ...(timestampHeader === null ? {} : { [timestampHeader.toLowerCase()]: signedAt }),
  };
}

const anySettings = fc
  .record({
    algorithm: fc.constantFrom('sha256' as const, 'sha512' as const, 'sha1' as const),
    header: fc.constantFrom('X-Vapi-Signature', 'x-signature', 'Signature'),
    timed: fc.boolean(),
    encoding: fc.constantFrom('hex' as const, 'base64' as const),
    prefix: fc.constantFrom(null, 'sha256=', 'v1,'),
  })
  .map(({ timed, ...rest }): SignatureSettings => ({ ...(timed ? TIMED : PLAIN), ...rest }));
const anyBody = fc.uint8Array({ minLength: 1, maxLength: 200 });

/** The text with one bit of one of its characters turned over. */
function flipped(text: string, at: number, bit: number): string {
  const buffer = Buffer.from(text, 'latin1');
  const index = at % buffer.length;
  buffer[index] = (buffer[index] ?? 0) ^ (1 << bit);
  return buffer.toString('latin1');
}

describe('whatever the settings', () => {
  it('what is signed passes', () => {
    fc.assert(
      fc.property(anySettings, anyBody, (settings, body) => {
        expect(isSigned(signed(body, settings), body, settings, SECRET, NOW)).toBe(true);
      }),
    );
  });

  it('one bit of body, signature or timestamp makes it fail', () => {
    fc.assert(
      fc.property(anySettings, anyBody, fc.nat(), fc.nat({ max: 6 }), (settings, body, at, bit) => {
        const headers = signed(body, settings);
        const other = Uint8Array.from(body);
        other[at % body.length] = (body[at % body.length] ?? 0) ^ (1 << bit);
        expect(isSigned(headers, other, settings, SECRET, NOW)).toBe(false);
        for (const [name, value] of Object.entries(headers)) {
          expect(isSigned({ ...headers, [name]: flipped(value, at, bit) }, body, settings, SECRET, NOW)).toBe(false);
        }
      }),
    );
  });

  it('another secret, a missing header and a truncated signature fail', () => {
    fc.assert(
      fc.property(anySettings, anyBody, fc.nat({ max: 30 }), (settings, body, cut) => {
        const headers = signed(body, settings);
        expect(isSigned(headers, body, settings, `${SECRET}!`, NOW)).toBe(false);
        for (const [name, value] of Object.entries(headers)) {
          const { [name]: _gone, ...rest } = headers;
          expect(isSigned(rest, body, settings, SECRET, NOW)).toBe(false);
          expect(
            isSigned({ ...headers, [name]: value.slice(0, -1 - (cut % value.length)) }, body, settings, SECRET, NOW),
          ).toBe(false);
          expect(isSigned({ ...headers, [name]: '' }, body, settings, SECRET, NOW)).toBe(false);
        }
      }),
    );
  });
});

describe('the time of signing', () => {
  const body = bytes('{"messages":[]}');
  const at = (ms: number, unit: 1 | 1000): Headers => signed(body, TIMED, String(Math.floor(ms / unit)));

  it.each([1, 1000] as const)('may be 5 minutes off and no more, in units of %i ms', (unit) => {
    for (const seconds of [0, 1, 299, -1, -299])
      expect(isSigned(at(NOW + seconds * 1000, unit), body, TIMED, SECRET, NOW)).toBe(true);
    for (const seconds of [302, 3600, -302, -3600, -86400])
      expect(isSigned(at(NOW + seconds * 1000, unit), body, TIMED, SECRET, NOW)).toBe(false);
  });

  it('fails for a replay at any later time', () => {
    const headers = at(NOW, 1000);
    fc.assert(
      fc.property(fc.integer({ min: 301_001, max: 1e12 }), (later) => {
        expect(isSigned(headers, body, TIMED, SECRET, NOW + later)).toBe(false);
      }),
    );
  });

  it('is exact at the bound', () => {
    const settings = { ...TIMED, toleranceSeconds: 60 };
    expect(isSigned(at(NOW, 1), body, settings, SECRET, NOW + 60_000)).toBe(true);
    expect(isSigned(at(NOW, 1), body, settings, SECRET, NOW + 60_001)).toBe(false);
  });

  it.each(['', 'now', '-1', '1e12', '0x1', '12.5', ' ', '1'.repeat(16), 'NaN', '2026-05-03T21:14:32Z'])(
    'is digits: %j is none',
    (timestamp) => {
      expect(isSigned(signed(body, TIMED, timestamp), body, TIMED, SECRET, NOW)).toBe(false);
    },
  );

  it('counts also where it is not signed', () => {
    const settings = { ...PLAIN, timestampHeader: 'X-Timestamp' };
    expect(isSigned(signed(body, settings), body, settings, SECRET, NOW)).toBe(true);
    expect(isSigned(signed(body, settings, '1'), body, settings, SECRET, NOW)).toBe(false);
  });
});

describe('the spelling of a signature', () => {
  const body = bytes('x');
  const { 'x-vapi-signature': signature = '' } = signed(body, PLAIN);

  it('without a prefix in the settings may have the name of its algorithm, and no other', () => {
    for (const [text, passes] of [
      [`sha256=${signature}`, true],
      [`sha1=${signature}`, false],
      [`SHA256=${signature}`, false],
      [` ${signature}`, false],
    ] as const) {
      expect(isSigned({ 'x-vapi-signature': text }, body, PLAIN, SECRET, NOW)).toBe(passes);
    }
  });

  it('with a prefix in the settings must have it', () => {
    const settings = { ...PLAIN, prefix: 'sha256=' };
    expect(isSigned({ 'x-vapi-signature': `sha256=${signature}` }, body, settings, SECRET, NOW)).toBe(true);
    expect(isSigned({ 'x-vapi-signature': signature }, body, settings, SECRET, NOW)).toBe(false);
  });

  it('is one: upper-case hex is another text', () => {
    expect(isSigned({ 'x-vapi-signature': signature.toUpperCase() }, body, PLAIN, SECRET, NOW)).toBe(false);
  });

  it('counts once: a header that came as several is none', () => {
    expect(isSigned({ 'x-vapi-signature': [signature, signature] }, body, PLAIN, SECRET, NOW)).toBe(false);
    expect(headerValue({ a: ['b'] }, 'A')).toBe(null);
  });
});

describe('comparing texts', () => {
  it('tells equal from different ones of any length', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        expect(sameText(a, b)).toBe(a === b);
        expect(sameText(a, a)).toBe(true);
      }),
    );
  });
});
