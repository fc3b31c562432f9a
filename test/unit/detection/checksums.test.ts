import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  abaRouting,
  dea,
  gtin,
  iban,
  ibanLength,
  itin,
  luhn,
  mbi,
  nanp,
  npi,
  paymentCard,
  ssn,
  vin,
} from '../../../src/detection/checksums.ts';

const CHECKS = { luhn, npi, abaRouting, iban, vin, dea, ssn, nanp, mbi, paymentCard, gtin, itin };

describe('published examples hold', () => {
  it.each([
    // ISO/IEC 7812, 3GPP TS 23.003 (IMEI)
    ['luhn', '79927398713'],
    ['luhn', '490154203237518'],
    // CMS, NPI check digit standard
    ['npi', '1234567893'],
    // Federal Reserve banks
    ['abaRouting', '021000021'],
    ['abaRouting', '011401533'],
    ['abaRouting', '322271627'],
    // SWIFT IBAN registry
    ['iban', 'GB29NWBK60161331926819'],
    ['iban', 'DE89370400440532013000'],
    ['iban', 'FR1420041010050500013M02606'],
    ['iban', 'NO9386011117947'],
    ['iban', 'MT84MALT011000012345MTLCAST001S'],
    // 49 CFR 565 examples, and the all-ones vehicle's relatives
    ['vin', '1M8GDM9AXKP042788'],
    ['vin', '1HGCM82633A004352'],
    ['vin', '5GZCZ43D13S812715'],
    ['dea', 'AB1234563'],
    ['dea', 'B91234563'],
    // CMS, MBI format
    ['mbi', '1EG4TE5MK73'],
    // GS1 General Specifications; IRS publication 1915
    ['gtin', '00844588003288'],
    ['gtin', '10614141000415'],
    ['itin', '912701234'],
    ['itin', '900501234'],
    ['ssn', '123456789'],
    ['ssn', '899121234'],
    ['nanp', '4155550132'],
    ['nanp', '18005550199'],
    // test numbers of the card schemes
    ['paymentCard', '4111111111111111'],
    ['paymentCard', '4222222222222'],
    ['paymentCard', '5555555555554444'],
    ['paymentCard', '2223003122003222'],
    ['paymentCard', '378282246310005'],
    ['paymentCard', '6011111111111117'],
    ['paymentCard', '30569309025904'],
    ['paymentCard', '3530111333300000'],
  ] as const)('%s %s', (check, value) => {
    expect(CHECKS[check](value)).toBe(true);
  });
});

describe('one wrong digit, or a rule broken, fails', () => {
  it.each([
    ['luhn', '79927398710'],
    ['npi', '1234567890'],
    ['npi', '3234567893'],
    ['abaRouting', '021000022'],
    ['abaRouting', '000000000'],
    ['abaRouting', '991000021'],
    ['iban', 'GB28NWBK60161331926819'],
    ['iban', 'GB29NWBK6016133192681'],
    ['iban', 'XX29NWBK60161331926819'],
    ['vin', '1M8GDM9A0KP042788'],
    ['vin', '1M8GDM9AXKP04278'],
    ['vin', '11111111111111111'],
    ['vin', 'IM8GDM9AXKP042788'],
    ['dea', 'AB1234564'],
    ['dea', 'ZB1234563'],
    ['mbi', '0EG4TE5MK73'],
    ['mbi', '1SG4TE5MK73'],
    ['mbi', '1EG4TE5MK7'],
    ['ssn', '000456789'],
    ['ssn', '666456789'],
    ['ssn', '900456789'],
    ['ssn', '123006789'],
    ['ssn', '123450000'],
    ['nanp', '1155550132'],
    ['nanp', '9115550132'],
    ['nanp', '4159110132'],
    ['nanp', '3705550132'],
    ['nanp', '2905550132'],
    ['nanp', '4151550132'],
    ['paymentCard', '4111111111111112'],
    ['paymentCard', '1111111111111117'],
  ] as const)('%s %s', (check, value) => {
    expect(CHECKS[check](value)).toBe(false);
  });
});

describe('properties', () => {
  it('Luhn catches every single wrong digit', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^\d{5,18}$/), fc.nat(), fc.integer({ min: 1, max: 9 }), (body, place, by) => {
        const valid = Array.from({ length: 10 }, (_, check) => body + String(check)).filter(luhn);
        expect(valid).toHaveLength(1);
        const [value = ''] = valid;
        const at = place % value.length;
        const wrong = value.slice(0, at) + String((Number(value.charAt(at)) + by) % 10) + value.slice(at + 1);
        expect(luhn(wrong)).toBe(false);
      }),
    );
  });

  it('mod 97 catches every single wrong digit', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^\d{18}$/),
        fc.nat({ max: 17 }),
        fc.integer({ min: 1, max: 9 }),
        (account, at, by) => {
          const valid =
            Array.from({ length: 97 }, (_, check) => `DE${String(check + 2).padStart(2, '0')}${account}`).find(iban) ??
            '';
          expect(iban(valid)).toBe(true);
          const place = at + 4;
          const wrong =
            valid.slice(0, place) + String((Number(valid.charAt(place)) + by) % 10) + valid.slice(place + 1);
          expect(iban(wrong)).toBe(false);
        },
      ),
    );
  });

  it('nothing throws, and nothing but the right characters passes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        for (const check of Object.values(CHECKS)) if (check(text)) expect(text).toMatch(/^[A-Z0-9]+$/);
      }),
    );
  });
});

describe('values that no authority gave out', () => {
  it.each([
    ['itin', '912931234'],
    ['itin', '912491234'],
    ['itin', '812701234'],
    ['gtin', '00844588003289'],
    ['gtin', '0844588003288'],
  ] as const)('%s %s', (check, value) => {
    expect(CHECKS[check](value)).toBe(false);
  });

  it('only countries of the registry have a length', () => {
    expect(ibanLength('DE')).toBe(22);
    expect(ibanLength('MT')).toBe(31);
    expect(ibanLength('US')).toBeNull();
  });
});
