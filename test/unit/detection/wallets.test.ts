import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { base58Check, bech32 } from '../../../src/detection/wallets.ts';
import { mark } from './marked.ts';

describe('base58Check', () => {
  // The first block's address, and examples of BIP 13 and BIP 142.
  it.each([
    '1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa',
    '3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy',
    '16UwLL9Risc3QfPqBUvKofHmBQ7wMtjvM',
    '1111111111111111111114oLvT2',
  ])('confirms %s', (address) => {
    expect(base58Check(address)).toBe(true);
  });

  it.each([
    '1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb',
    '1A1zP1eP5QGefi2DMPTfTL5SLmv7Divf0a',
    '',
    '1',
    'z'.repeat(35),
    '3J98t1WpEZ73CNmQviecrnyiWrnqRhWNL',
  ])('refuses %j', (address) => {
    expect(base58Check(address)).toBe(false);
  });

  it('refuses an address with one character changed', () => {
    const address = '1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa';
    fc.assert(
      fc.property(fc.nat(address.length - 1), fc.stringMatching(/^[1-9A-HJ-NP-Za-km-z]$/), (at, character) => {
        fc.pre(address.charAt(at) !== character);
        expect(base58Check(address.slice(0, at) + character + address.slice(at + 1))).toBe(false);
      }),
    );
  });
});

describe('bech32', () => {
  // Valid strings of BIP 173 and BIP 350.
  it.each([
    'A12UEL5L',
    'an83characterlonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio1tt5tgs',
    'abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw',
    'split1checkupstagehandshakeupstreamerranterredcaperred2y9e3w',
    'A1LQFN3A',
    'abcdef1l7aum6echk45nj3s0wdvt2fg8x9yrzpqzd3ryx',
    'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4',
    'BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4',
    'bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0',
  ])('confirms %s', (address) => {
    expect(bech32(address)).toBe(true);
  });

  // Invalid ones: check sum, character, mixed case, no separator, too short a check sum.
  it.each([
    'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5',
    'x1b4n0q5v',
    'bc1Qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4',
    'pzry9x0s0muk',
    'li1dgmt3',
    '1pzry9x0s0muk',
    '',
  ])('refuses %j', (address) => {
    expect(bech32(address)).toBe(false);
  });
});

describe('wallets in texts', () => {
  it.each([
    'send it to [ACCOUNT:bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4].',
    'eth: [ACCOUNT:0x52908400098527886E0F7030069857D2E4169EE7]',
    'two: [ACCOUNT:1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa] and [ACCOUNT:3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy]',
  ])('%s', (line) => {
    expect(mark(line.replace(/\[ACCOUNT:([^\]]+)\]/g, '$1'))).toBe(line);
  });

  it('keep one that fails its check masked, after a cue as an account', () => {
    expect(mark('wallet 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb')).toBe(
      'wallet [ACCOUNT:1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb]',
    );
    expect(mark('1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb')).toBe('[OTHER_ID:1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb]');
  });
});
