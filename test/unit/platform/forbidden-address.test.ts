import { describe, expect, it } from 'vitest';
import { CallbackTargets, isForbiddenAddress, parseNetwork } from '../../../src/platform/forbidden-address.ts';

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
    '::ffff:0:169.254.169.254',
    '::169.254.169.254',
    '64:ff9b::169.254.169.254',
    '64:ff9b::a9fe:a9fe',
    '64:ff9b:1::1',
    '2002:a9fe:a9fe::1',
    '2001:0:4136:e378:8000:63bf:3fff:fdd2',
    'fe80::1%eth0',
    'fec0::1',
    'fd20:ce::254',
    'fd00:42::42',
    '192.0.0.192',
    '2001:db8::5efe:169.254.169.254',
    '2001:db8::200:5efe:a9fe:a9fe',
    'fe80::5efe:8.8.8.8',
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
    '2002:0a00:0001::1',
    '64:ff9b::8.8.8.8',
    '2001:db8::1',
    '::ffff:10.0.0.1',
  ])('%s is not', (address) => {
    expect(isForbiddenAddress(address)).toBe(false);
  });
});

describe('a callback', () => {
  const none = new CallbackTargets([]);
  const some = new CallbackTargets(
    ['10.1.0.0/16', 'fd12::/16', '127.0.0.1/32'].flatMap((text) => parseNetwork(text) ?? []),
  );

  it.each(['93.184.216.34', '2606:2800::1', '64:ff9b::8.8.8.8', '2002:0808:0808::1', '::ffff:8.8.8.8'])(
    'to the public address %s is allowed',
    (address) => {
      expect(none.allows(address)).toBe(true);
    },
  );

  it.each([
    '10.1.2.3',
    '127.0.0.1',
    '172.16.0.1',
    '192.168.1.1',
    '100.64.0.1',
    '::1',
    'fd12::1',
    '::ffff:10.1.2.3',
    '::10.1.2.3',
    '64:ff9b::10.1.2.3',
    '2002:0a01:0203::1',
    '2001:db8::5efe:10.0.0.1',
    'fd12::5efe:8.8.8.8',
  ])('to the private address %s is refused where no private network is allowed', (address) => {
    expect(none.allows(address)).toBe(false);
  });

  it.each(['10.1.2.3', 'fd12::1', '127.0.0.1', '::ffff:10.1.2.3', '64:ff9b::10.1.2.3'])(
    'to %s is allowed where its network is',
    (address) => {
      expect(some.allows(address)).toBe(true);
    },
  );

  it.each(['10.2.0.1', '127.0.0.2', 'fd13::1', '169.254.169.254', 'fd00:ec2::254'])(
    'to %s is refused where another network is allowed',
    (address) => {
      expect(some.allows(address)).toBe(false);
    },
  );

  it('to a metadata service is refused even where its network is allowed', () => {
    const wide = new CallbackTargets(['169.254.0.0/16', 'fd00::/8'].flatMap((text) => parseNetwork(text) ?? []));
    for (const address of ['169.254.169.254', 'fd00:ec2::254', 'fd20:ce::254'])
      expect(wide.allows(address)).toBe(false);
  });

  it.each(['10.0.0.0', '10.0.0.0/33', 'fd00::/129', 'host/8', '/8', '10.0.0/8', ''])('of %j is no network', (text) => {
    expect(parseNetwork(text)).toBeNull();
  });
});
