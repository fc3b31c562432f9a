/** E-mail addresses, web addresses, network addresses and hardware ids, said and written. */
import { cardinal, codeWords, digitManner, groupWords, letterManner, spelled } from './numerals.ts';
import type { Person } from './scene.ts';
import type { Voice } from './voice.ts';

const MAIL_DOMAINS = ['gmail.com', 'gmail.com', 'yahoo.com', 'hotmail.com', 'outlook.com', 'icloud.com', 'aol.com', 'comcast.net', 'att.net', 'proton.me', 'verizon.net', 'umich.edu', 'bluebarn.co', 'tidewater-plumbing.com', 'mail.oakfield.org'] as const;
const HOBBIES = ['fishing', 'quilts', 'cowboys', 'piano', 'soccer', 'roses', 'nurse', 'trucker', 'garden', 'mets', 'cats', 'baker', 'surf', 'biker', 'coffee'] as const;
const SITES = ['northgatebank.com', 'cedarpost.net', 'mytickets.io', 'valleyclinic.org', 'brightloan.co', 'skyparcel.com', 'homefix.us', 'oldmillhotel.com', 'citypermits.gov', 'studentaid.edu'] as const;
const PAGES = ['account', 'verify', 'my-orders', 'pay', 'reset', 'track', 'upload', 'help/chat', 'u/settings', 'forms/w9'] as const;

function ascii(name: string): string {
  return name.normalize('NFD').replace(/[^A-Za-z]/g, '').toLowerCase();
}

function emailAddress({ random }: Voice, person: Person): string {
  const first = ascii(person.first);
  const last = ascii(person.last);
  const number = random.pick(['', '', random.digits(2), String(random.between(1955, 2006)), random.digits(3)]);
  const local = random.pick([`${first}.${last}`, `${first}${last}`, `${first.charAt(0)}${last}`, `${first}_${last}`, `${last}.${first.charAt(0)}`, `${first}-${last}`, `${first}${random.pick(HOBBIES)}`, `${random.pick(HOBBIES)}.${last}`]);
  return `${local}${number}@${random.pick(MAIL_DOMAINS)}`;
}

const SIGNS: ReadonlyMap<string, readonly string[]> = new Map([['.', ['dot']], ['_', ['underscore']], ['-', ['dash', 'hyphen']], ['/', ['slash']], [':', ['colon']]]);

/** Says an address with signs in it; `mention` says each part that is neither a sign nor digits. */
function saidAddress({ random }: Voice, address: string, mention: (part: string) => string): string {
  const manner = digitManner(random);
  return (address.match(/[a-z]+|\d+|./g) ?? []).map((part) => {
    const sign = SIGNS.get(part);
    if (sign !== undefined) return random.pick(sign);
    return /\d/.test(part) ? groupWords(part, manner) : mention(part);
  }).join(' ');
}

export function email(voice: Voice, person: Person): string {
  const { form, random } = voice;
  const address = emailAddress(voice, person);
  if (form === 'formatted') return address;
  if (form === 'digits') return random.pick([address, address.replace('@', ' at '), address.replace('@', ' at ').replace(/\./g, ' dot ').replace(/_/g, ' underscore ')]);
  const [local = '', domain = ''] = address.split('@');
  const letters = letterManner(random);
  const spell = random.chance(0.2);
  const mention = (part: string): string => (spell && part.length < 9 ? spelled(part, letters, random) : part);
  return `${saidAddress(voice, local, mention)} at ${saidAddress(voice, domain, (part) => part)}`;
}

export function webAddress(voice: Voice): string {
  const { form, random } = voice;
  const address = `${random.pick(['www.', '', ''])}${random.pick(SITES)}${random.pick(['', `/${random.pick(PAGES)}`])}`;
  if (form === 'formatted') return `${random.pick(['https://', '', ''])}${address}`;
  if (form === 'digits') return random.pick([address, address.replace(/\./g, ' dot ').replace(/\//g, ' slash ')]);
  return saidAddress(voice, address, (part) => (part === 'www' ? 'w w w' : part));
}

export function ipv4({ form, random }: Voice): string {
  const octets = random.pick([['192', '168'], ['10', String(random.between(0, 255))], ['172', String(random.between(16, 31))], [String(random.between(23, 199)), String(random.between(0, 255))]]);
  const address = [...octets, String(random.between(0, 255)), String(random.between(1, 254))];
  if (form === 'formatted') return address.join('.');
  if (form === 'digits') return address.join(random.pick(['.', '.', ' dot ']));
  const manner = digitManner(random);
  const full = random.chance(0.3);
  return address.map((octet) => (full ? cardinal(Number(octet)) : groupWords(octet, manner))).join(random.pick([' dot ', ' dot ', ' dot ', ' point ']));
}

export function ipv6({ form, random }: Voice): string {
  const hex = (): string => random.letters(random.between(2, 4), '0123456789abcdef');
  const parts = ['2001', 'db8', hex(), hex()];
  if (form !== 'words') return `${parts.join(':')}::${random.between(1, 9)}`;
  return `${parts.map((part) => codeWords(part, random)).join(' colon ')} colon colon ${cardinal(random.between(1, 9))}`;
}

export function mac({ form, random }: Voice): string {
  const pairs = Array.from({ length: 6 }, () => random.letters(2, '0123456789ABCDEF'));
  if (form === 'formatted') return pairs.join(random.pick([':', ':', '-']));
  if (form === 'digits') return pairs.join(random.pick([':', ' ', ''])).toLowerCase();
  return pairs.map((pair) => codeWords(pair, random)).join(random.pick([' colon ', ' ', ' ']));
}
