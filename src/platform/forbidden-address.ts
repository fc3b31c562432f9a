/** Addresses that no URL of a customer may reach from here. */
import { BlockList, isIP, isIPv6 } from 'node:net';

// Clouds serve a machine's own credentials on link-local addresses, and on some of their own; 0.0.0.0 and :: are this
// machine under another name. Multicast and broadcast are nobody's. Teredo and the local NAT64 prefix lead anywhere.
const FORBIDDEN = new BlockList();
FORBIDDEN.addSubnet('0.0.0.0', 8, 'ipv4');
FORBIDDEN.addSubnet('169.254.0.0', 16, 'ipv4');
FORBIDDEN.addSubnet('224.0.0.0', 3, 'ipv4');
FORBIDDEN.addAddress('100.100.100.200', 'ipv4');
FORBIDDEN.addAddress('168.63.129.16', 'ipv4');
FORBIDDEN.addAddress('192.0.0.192', 'ipv4');
FORBIDDEN.addAddress('::', 'ipv6');
FORBIDDEN.addSubnet('fe80::', 10, 'ipv6');
FORBIDDEN.addSubnet('fec0::', 10, 'ipv6');
FORBIDDEN.addSubnet('ff00::', 8, 'ipv6');
FORBIDDEN.addSubnet('2001::', 32, 'ipv6');
FORBIDDEN.addSubnet('64:ff9b:1::', 48, 'ipv6');
FORBIDDEN.addAddress('fd00:ec2::254', 'ipv6');
FORBIDDEN.addAddress('fd00:ec2::253', 'ipv6');
FORBIDDEN.addAddress('fd00:ec2::23', 'ipv6');
FORBIDDEN.addSubnet('fd20:ce::', 64, 'ipv6');
FORBIDDEN.addAddress('fd00:42::42', 'ipv6');

// Networks of the operator's own: RFC 1918, 6598, 4193, loopback and benchmarks.
const PRIVATE = new BlockList();
PRIVATE.addSubnet('10.0.0.0', 8, 'ipv4');
PRIVATE.addSubnet('100.64.0.0', 10, 'ipv4');
PRIVATE.addSubnet('127.0.0.0', 8, 'ipv4');
PRIVATE.addSubnet('172.16.0.0', 12, 'ipv4');
PRIVATE.addSubnet('192.0.0.0', 24, 'ipv4');
PRIVATE.addSubnet('192.168.0.0', 16, 'ipv4');
PRIVATE.addSubnet('198.18.0.0', 15, 'ipv4');
PRIVATE.addAddress('::1', 'ipv6');
PRIVATE.addSubnet('fc00::', 7, 'ipv6');

const holds = (list: BlockList, address: string): boolean => list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');

/** Returns an IPv6 address without its zone. */
export function withoutZone(address: string): string {
  return address.split('%', 1).join('');
}

/** The eight groups of an IPv6 address, without its zone. */
function groupsOf(address: string): number[] {
  // The WHATWG URL parser writes the last two groups in hexadecimal, whatever they were.
  const { hostname } = new URL(`http://[${withoutZone(address)}]`);
  const [before = '', after] = hostname.slice(1, -1).split('::');
  const read = (text: string): number[] => (text === '' ? [] : text.split(':').map((group) => parseInt(group, 16)));
  const [head, tail] = [read(before), read(after ?? '')];
  return after === undefined ? head : [...head, ...Array<number>(8 - head.length - tail.length).fill(0), ...tail];
}

/**
 * The IPv4 address that an IPv6 address stands for: mapped (::ffff:0:0/96), translated (::ffff:0:0:0/96), compatible (::/96),
 * NAT64 (64:ff9b::/96), 6to4 (2002::/16) and ISATAP (RFC 5214, 6.1). Null for any other, `::` and `::1` included.
 */
function embeddedIpv4(address: string): string | null {
  const groups = groupsOf(address);
  const dotted = (high = 0, low = 0): string => [high >> 8, high & 255, low >> 8, low & 255].join('.');
  const prefix = groups
    .slice(0, 6)
    .map((group) => group.toString(16))
    .join(':');
  if (groups[0] === 0x2002) return dotted(groups[1], groups[2]);
  if (groups[5] === 0x5efe && (groups[4] === 0 || groups[4] === 0x200)) return dotted(groups[6], groups[7]);
  switch (prefix) {
    case '0:0:0:0:0:0':
      return (groups[6] ?? 0) === 0 && (groups[7] ?? 0) <= 1 ? null : dotted(groups[6], groups[7]);
    case '0:0:0:0:0:ffff':
    case '0:0:0:0:ffff:0':
    case '64:ff9b:0:0:0:0':
      return dotted(groups[6], groups[7]);
    default:
      return null;
  }
}

/** The address, and the IPv4 address that it stands for: each of them may say where it leads. */
function formsOf(address: string): readonly string[] {
  if (!isIPv6(address)) return [address];
  const embedded = embeddedIpv4(address);
  return embedded === null ? [withoutZone(address)] : [withoutZone(address), embedded];
}

/**
 * Returns whether the IP address is link-local, a cloud's metadata service, unspecified, multicast or reserved; an IPv4
 * address in any IPv6 form counts as what it is. Private and loopback addresses are not: see {@link CallbackTargets}.
 */
export function isForbiddenAddress(address: string): boolean {
  return formsOf(address).some((form) => holds(FORBIDDEN, form));
}

/** A network as CIDR: an address and the length of its prefix. */
export interface Network {
  readonly address: string;
  readonly prefix: number;
}

/** Reads `address/prefix`; null where it is none. */
export function parseNetwork(text: string): Network | null {
  const [, address = '', digits = ''] = /^([0-9A-Fa-f.:]+)\/(\d{1,3})$/.exec(text) ?? [];
  const family = isIP(address);
  const prefix = Number(digits);
  return family === 0 || prefix > (family === 6 ? 128 : 32) ? null : { address, prefix };
}

/** Which addresses a customer's URL may lead to on this instance. */
export class CallbackTargets {
  readonly #allowed = new BlockList();
  /** Whether the operator allowed any private network. */
  readonly hasPrivate: boolean;

  /** `privateNetworks`: MASKER_CALLBACK_PRIVATE_NETWORKS. */
  constructor(privateNetworks: readonly Network[]) {
    this.hasPrivate = privateNetworks.length > 0;
    for (const { address, prefix } of privateNetworks)
      this.#allowed.addSubnet(address, prefix, isIPv6(address) ? 'ipv6' : 'ipv4');
  }

  /** Returns whether the IP address is in a private network that the operator allowed: plain http may be spoken there. */
  allowsPlain(address: string): boolean {
    return this.allows(address) && formsOf(address).some((form) => holds(this.#allowed, form));
  }

  /** Returns whether the IP address may be called: a public one, or one of a private network that the operator allowed. */
  allows(address: string): boolean {
    if (isForbiddenAddress(address)) return false;
    return formsOf(address).every((form) => !holds(PRIVATE, form) || holds(this.#allowed, form));
  }
}
