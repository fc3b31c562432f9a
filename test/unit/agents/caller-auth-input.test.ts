import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkCallerAuth } from '../../../src/agents/caller-auth-input.ts';
import type { CallerAuthChange, CallerAuthInput } from '../../../src/agents/caller-auth-input.ts';
import { parseCallerAuth, storedCallerAuth } from '../../../src/agents/caller-auth.ts';

function changeOf(input: CallerAuthInput | null): CallerAuthChange {
  const checked = checkCallerAuth(input);
  if (!checked.ok) throw new Error(JSON.stringify(checked.problems));
  return checked.change;
}

function faultsOf(input: CallerAuthInput): string[] {
  const checked = checkCallerAuth(input);
  expect(JSON.stringify(checked)).not.toContain('PATIENT');
  return checked.ok ? [] : checked.problems.map(({ path }) => path);
}

const secret = 'eight or more';

describe('a signature', () => {
  it('has the defaults of Vapi’s header', () => {
    const { signature } = changeOf({ signature: { secret } });
    expect(signature?.settings).toEqual({
      algorithm: 'sha256',
      header: 'X-Vapi-Signature',
      timestampHeader: null,
      payload: '{body}',
      toleranceSeconds: 300,
      encoding: 'hex',
      prefix: null,
    });
    expect(signature?.secret?.reveal()).toBe(secret);
  });

  it('takes what is given', () => {
    const given = {
      algorithm: 'sha512',
      header: 'x-signature',
      timestampHeader: 'x-timestamp',
      payload: '{timestamp}.{body}',
      toleranceSeconds: 60,
      encoding: 'base64',
      prefix: 'v1=',
    };
    expect(changeOf({ signature: { ...given, secret } }).signature?.settings).toEqual(given);
  });

  it('signs the time that is sent, and knows where to find the time that is signed', () => {
    expect(changeOf({ signature: { timestampHeader: 'x-time' } }).signature?.settings.payload).toBe(
      '{timestamp}.{body}',
    );
    expect(changeOf({ signature: { payload: '{timestamp}.{body}' } }).signature?.settings.timestampHeader).toBe(
      'X-Timestamp',
    );
    expect(changeOf({ signature: { timestampHeader: 'x-time', payload: '{body}' } }).signature?.settings).toMatchObject(
      { timestampHeader: 'x-time', payload: '{body}' },
    );
  });

  it.each([
    [{ algorithm: 'md5' }, ['algorithm']],
    [{ encoding: 'base32' }, ['encoding']],
    [{ payload: '{url}' }, ['payload']],
    [{ header: '' }, ['header']],
    [{ header: 'X Y' }, ['header']],
    [{ header: 'x:y' }, ['header']],
    [{ header: `x${'y'.repeat(64)}` }, ['header']],
    [{ header: 'Content-Length' }, ['header']],
    [{ header: 'COOKIE' }, ['header']],
    [{ timestampHeader: 'host' }, ['timestampHeader']],
    [{ header: 'x-sig', timestampHeader: 'X-SIG' }, ['timestampHeader']],
    [{ toleranceSeconds: 0 }, ['toleranceSeconds']],
    [{ toleranceSeconds: 3601 }, ['toleranceSeconds']],
    [{ toleranceSeconds: 1.5 }, ['toleranceSeconds']],
    [{ prefix: '' }, ['prefix']],
    [{ prefix: 'sha 256' }, ['prefix']],
    [{ secret: 'PATIENT' }, ['secret']],
    [{ secret: 'PATIENT\n12345' }, ['secret']],
    [{ secret: 'PATIENT'.repeat(100) }, ['secret']],
    [
      { algorithm: 'PATIENT', encoding: 'PATIENT', header: 'PATIENT PATIENT', prefix: 'PATIENT PATIENT' },
      ['algorithm', 'encoding', 'header', 'prefix'],
    ],
  ])('may not be %j', (signature, paths) => {
    expect(faultsOf({ signature }).toSorted()).toEqual(paths.map((path) => `callerAuth.signature.${path}`).toSorted());
  });
});

describe('a shared secret', () => {
  it('stands in Vapi’s header where no other is named', () => {
    expect(changeOf({ sharedSecret: { secret } }).sharedSecret?.settings).toEqual({ header: 'X-Vapi-Secret' });
    expect(changeOf({ sharedSecret: { secret, header: 'Authorization' } }).sharedSecret?.settings).toEqual({
      header: 'Authorization',
    });
  });

  it.each(['seven77', ' eight or more', 'eight or more ', 'pässword-long', 'tab\tinside-it', 'x'.repeat(513)])(
    '%j cannot travel in a header, or is too short or long',
    (text) => {
      expect(faultsOf({ sharedSecret: { secret: text } })).toEqual(['callerAuth.sharedSecret.secret']);
    },
  );
});

describe('a change', () => {
  it('tells what stays from what is taken away', () => {
    expect(changeOf({})).toEqual({ signature: undefined, sharedSecret: undefined, proxyKey: undefined });
    expect(changeOf({ signature: null, sharedSecret: null, proxyKey: false })).toEqual({
      signature: null,
      sharedSecret: null,
      proxyKey: false,
    });
    expect(changeOf(null)).toEqual({ signature: null, sharedSecret: null, proxyKey: false, opens: true });
    expect(changeOf({ signature: {} }).signature?.secret).toBe(null);
  });

  it('tells every fault at once', () => {
    expect(
      faultsOf({ signature: { secret: 'x', algorithm: 'x' }, sharedSecret: { secret: 'x', header: ' ' } }),
    ).toHaveLength(4);
  });

  it('shows no secret, however it is printed', () => {
    const change = changeOf({ signature: { secret }, sharedSecret: { secret } });
    expect(JSON.stringify(change)).not.toContain(secret);
  });
});

describe('stored settings', () => {
  it('are read back as they were', () => {
    const ways = fc.record({
      signature: fc.option(
        fc.record({ timestampHeader: fc.constantFrom(null, 'x-time'), prefix: fc.constantFrom(null, 'v1=') }),
        { nil: null },
      ),
      sharedSecret: fc.option(fc.constant({ header: 'x-secret' }), { nil: null }),
      proxyKey: fc.boolean(),
    });
    fc.assert(
      fc.property(ways, (input) => {
        const { signature, sharedSecret, proxyKey } = changeOf(input);
        const settings = {
          signature: signature?.settings ?? null,
          sharedSecret: sharedSecret?.settings ?? null,
          proxyKey: proxyKey ?? false,
        };
        expect(parseCallerAuth(JSON.parse(JSON.stringify(storedCallerAuth(settings))))).toEqual(settings);
      }),
    );
    expect(parseCallerAuth(null)).toBe(null);
  });

  it('that were never written are a bug, not an open door', () => {
    for (const row of [{}, 'null', [], { signature: null }, { signature: null, shared_secret: null, proxy_key: 'no' }])
      expect(() => parseCallerAuth(row)).toThrow();
  });
});
