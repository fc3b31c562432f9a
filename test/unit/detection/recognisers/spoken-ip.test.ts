import { describe, expect, it } from 'vitest';
import { mark, readMarked } from '../marked.ts';

describe('network addresses in all forms', () => {
  it.each([
    'ip is [IP_ADDRESS:192.168.1.1]',
    '[IP_ADDRESS:10.0.0.1:8080] is up',
    '[IP_ADDRESS:10.0.0.0/8]',
    '[IP_ADDRESS:fe80::1%eth0]',
    '[IP_ADDRESS:2001:db8::8a2e:370:7334]',
    '[IP_ADDRESS:2001:0db8:85a3:0000:0000:8a2e:0370:7334]',
    '[IP_ADDRESS:2001:db8::/32]',
    '[IP_ADDRESS:::ffff:192.0.2.128]',
    '[IP_ADDRESS:684D:1111:222:3333:4444:5555:6:77]',
    'my ip address is [IP_ADDRESS:ten dot zero dot zero dot one]',
    '[IP_ADDRESS:one ninety two dot one sixty eight dot one dot one]',
    '[IP_ADDRESS:192 dot 168 dot 0 dot 12]',
    'my ip is [IP_ADDRESS:ten point one twenty point four point two]',
    'it came from host [IP_ADDRESS:10,22,7,91] this morning',
    'we have servers 1, 2, 3, 4 and server 1, 2, 3, 4',
    '[DEVICE:00:1A:2B:3C:4D:5E]',
    'mac address is [DEVICE:a four colon five e colon six zero colon b one colon two two colon nine c]',
  ])('written and spoken: %s', (line) => {
    expect(mark(readMarked(line).text)).toBe(line);
  });
});
