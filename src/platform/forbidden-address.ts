/** Addresses that no URL of a customer may reach from here. */
import { BlockList, isIPv6 } from 'node:net';

// Clouds serve a machine's own credentials on link-local addresses (and AWS on one more); 0.0.0.0 and :: are this
// machine under another name. Multicast and broadcast are nobody's.
const FORBIDDEN = new BlockList();
FORBIDDEN.addSubnet('0.0.0.0', 8, 'ipv4');
FORBIDDEN.addSubnet('169.254.0.0', 16, 'ipv4');
FORBIDDEN.addSubnet('224.0.0.0', 3, 'ipv4');
FORBIDDEN.addAddress('100.100.100.200', 'ipv4');
FORBIDDEN.addAddress('168.63.129.16', 'ipv4');
FORBIDDEN.addAddress('::', 'ipv6');
FORBIDDEN.addSubnet('fe80::', 10, 'ipv6');
FORBIDDEN.addSubnet('ff00::', 8, 'ipv6');
FORBIDDEN.addAddress('fd00:ec2::254', 'ipv6');

/**
 * Whether the IP address is link-local, a cloud's metadata service, unspecified, multicast or reserved; an IPv4 address
 * in IPv6 form counts as what it is. Private and loopback addresses are not: a customer's own server may well be there.
 */
export function isForbiddenAddress(address: string): boolean {
  return FORBIDDEN.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}
