import { describe, expect, it } from 'vitest';
import { mark, readMarked } from '../marked.ts';

describe('IP addresses', () => {
  it.each([
    'from [IP_ADDRESS:192.168.1.10]',
    'server [IP_ADDRESS:192.168.1.10:8080].',
    'net [IP_ADDRESS:10.0.0.0/8]',
    '[IP_ADDRESS:6e40:4041:c617:e898:c11:40d2:c669:2eb4]',
    '[IP_ADDRESS:2001:db8::8a2e:370:7334]',
    'at [IP_ADDRESS:fe80::1%eth0]',
    '[IP_ADDRESS:::ffff:192.0.2.128]',
    'loopback [IP_ADDRESS:::1]',
    'net [IP_ADDRESS:2001:db8::] here',
    '[IP_ADDRESS:one ninety two dot one sixty eight dot one dot one]',
    'it is [IP_ADDRESS:ten point zero point zero point one]',
  ])('%s', (line) => {
    expect(mark(readMarked(line).text)).toBe(line);
  });

  it('takes brackets and port of a v6 address with it', () => {
    expect(mark('see [2001:db8::1]:443 there')).toBe('see [IP_ADDRESS:[2001:db8::1]:443] there');
  });

  it.each([
    'std::vector<int>',
    'a::b',
    '12:30:45',
    '1.2.3',
    '256.1.2',
    'version 1.2.3.4.5',
    '::',
    'ratio 3:4',
    'key:value',
    'fe:ed',
  ])('stays: %s', (text) => {
    expect(mark(text)).toBe(text);
  });
});
