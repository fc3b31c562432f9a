import { describe, expect, it } from 'vitest';
import { mark, only, readMarked } from '../marked.ts';

describe('health plans', () => {
  it.each([
    'my member id is [HEALTH_PLAN:W123456789]',
    'member id [HEALTH_PLAN:x y z nine eight seven six five four three]',
    "can i get your member id? sure it's [HEALTH_PLAN:w as in whiskey one two three four five six seven eight]",
    '[HEALTH_PLAN:1EG4-TE5-MK73]',
    '[HEALTH_PLAN:1EG4TE5MK73]',
    'medicare number [HEALTH_PLAN:one e g four t e five m k seven three]',
    'hicn [HEALTH_PLAN:123-45-6789A]',
    'on file [HEALTH_PLAN:123-45-6789A]',
    'policy number [HEALTH_PLAN:ABC-123456]',
    'group number [HEALTH_PLAN:88123]',
    'medicaid id [HEALTH_PLAN:AB12345C]',
    'card says [HEALTH_PLAN:XYZ123456789]',
    '{"memberId":"[HEALTH_PLAN:W1234567]"}',
    'my member number is [HEALTH_PLAN:three hundred twenty two forty four]',
  ])('%s', (line) => {
    expect(mark(readMarked(line).text)).toBe(line);
  });

  it('takes the grammar of Medicare for a confirmation', () => {
    expect(only('1EG4-TE5-MK73', 'HEALTH_PLAN').validated).toBe(true);
    expect(only('member id W123456789', 'HEALTH_PLAN').validated).toBe(false);
  });

  it.each([
    'your group meets at 7',
    'the plan covers 80 percent',
    'my policy is to call back',
    'medicare part b in 2023',
  ])('stays: %s', (text) => {
    expect(mark(text)).toBe(text);
  });
});

describe('accounts', () => {
  it.each([
    'the account is [ACCOUNT:seventy seven, eleven, ninety four]',
    'the account is twenty, thirty, fifty dollars',
    'account number is [ACCOUNT:000123456789]',
    'acct # [ACCOUNT:88213-44]',
    'routing number [ACCOUNT:021000021]',
    'my routing number is [ACCOUNT:zero two one zero zero zero zero two one]',
    'bank account ending in [ACCOUNT:9911]',
    'IBAN [ACCOUNT:GB29 NWBK 6016 1331 9268 19]',
    'pay to [ACCOUNT:GB29NWBK60161331926819] today',
    'pay [ACCOUNT:DE89 3704 0044 0532 0130 00].',
    'to [ACCOUNT:gb29nwbk60161331926819]',
  ])('%s', (line) => {
    expect(mark(readMarked(line).text)).toBe(line);
  });

  it('confirms routing numbers and IBANs, and keeps those that fail', () => {
    expect(only('routing 021000021', 'ACCOUNT').validated).toBe(true);
    expect(only('routing 021000022', 'ACCOUNT').validated).toBe(false);
    expect(only('GB29NWBK60161331926819', 'ACCOUNT').validated).toBe(true);
    expect(only('GB28NWBK60161331926819', 'ACCOUNT').validated).toBe(false);
  });

  it.each(['your account is fine', 'i have 2 accounts', 'on account of the rain in 2020', 'routing takes 3 days'])(
    'stays: %s',
    (text) => {
      expect(mark(text)).toBe(text);
    },
  );
});

describe('payment cards', () => {
  it.each([
    'card number [CREDIT_CARD:4111 1111 1111 1111]',
    '[CREDIT_CARD:4111111111111111]',
    '[CREDIT_CARD:5500-0000-0000-0004]',
    'amex [CREDIT_CARD:378282246310005] exp [DATE:08/27] cvv [CREDIT_CARD:1234]',
    '[CREDIT_CARD:four one one one one one one one one one one one one one one one]',
    "it's [CREDIT_CARD:forty one eleven eleven eleven eleven eleven eleven eleven]",
    'card ending in [CREDIT_CARD:4242]',
    'visa that ends in [CREDIT_CARD:four two four two]',
    'the cvv is [CREDIT_CARD:123]',
  ])('%s', (line) => {
    expect(mark(readMarked(line).text)).toBe(line);
  });

  it('keeps a card that fails the check after a cue, and an unexplained run without one', () => {
    expect(only('card number 4111 1111 1111 1112', 'CREDIT_CARD').validated).toBe(false);
    expect(mark('4111 1111 1111 1112')).toBe('[OTHER_ID:4111 1111 1111 1112]');
  });

  it('leaves a number to the strong cue before it', () => {
    expect(mark('member id 4111111111111111')).toBe('member id [HEALTH_PLAN:4111111111111111]');
  });

  it.each(['i lost my card', 'bring 2 cards', 'credit card fees are 3 percent'])('stays: %s', (text) => {
    expect(mark(text)).toBe(text);
  });
});
