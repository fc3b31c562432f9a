import { describe, expect, it } from 'vitest';
import { isForbiddenAddress } from '../../../src/platform/forbidden-address.ts';

describe('an address', () => {
  it.each([
    '169.254.169.254',
    '169.254.0.1',
    '0.0.0.0',
    '0.1.2.3',
    '100.100.100.200',
    '168.63.129.16',
    '224.0.0.1',
    '255.255.255.255',
    '240.0.0.1',
    '::',
    'fe80::1',
    'febf::1',
    'ff02::1',
    'fd00:ec2::254',
    '::ffff:169.254.169.254',
    '::ffff:a9fe:a9fe',
  ])('%s is forbidden', (address) => {
    expect(isForbiddenAddress(address)).toBe(true);
  });

  it.each([
    '127.0.0.1',
    '10.0.0.1',
    '192.168.1.1',
    '172.16.0.1',
    '93.184.216.34',
    '223.255.255.255',
    '169.253.255.255',
    '169.255.0.0',
    '::1',
    'fd00::1',
    'fec0::1',
    '2001:db8::1',
    '::ffff:10.0.0.1',
  ])('%s is not', (address) => {
    expect(isForbiddenAddress(address)).toBe(false);
  });
});
