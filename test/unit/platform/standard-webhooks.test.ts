import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newWebhookSecret, webhookHeaders } from '../../../src/platform/standard-webhooks.ts';

describe('a signed message', () => {
  // The vector of the reference libraries of Standard Webhooks.
  it('has the published signature', () => {
    const body = Buffer.from('{"test": 2432232314}', 'utf8');
    expect(
      webhookHeaders(['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'], 'msg_p5jXN8AQM9LWM0D4loKWxJek', 1614265330, body),
    ).toEqual({
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    });
  });

  it('is verified by who knows the secret, over the exact bytes', () => {
    const secret = newWebhookSecret().reveal();
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const key = Buffer.from(secret.slice(6), 'base64');
    fc.assert(
      fc.property(fc.uint8Array(), fc.integer({ min: 0, max: 1e10 }), (body, time) => {
        const { 'webhook-signature': signature } = webhookHeaders([secret], 'msg_1', time, body);
        const signed = Buffer.concat([Buffer.from(`msg_1.${time}.`), body]);
        expect(signature).toBe(`v1,${createHmac('sha256', key).update(signed).digest('base64')}`);
      }),
    );
  });

  it('is not made with a secret of another form', () => {
    expect(() => webhookHeaders(['plain'], 'msg_1', 0, Buffer.of())).toThrow(RangeError);
  });
});
