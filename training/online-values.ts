/** Telephone numbers, mailboxes, sites, files and network addresses, written or said. */

import type { Form, Source } from './source.ts';
import { belowHundred, sayCode, sayDigits, sayLetters } from './spoken.ts';
import { digitGroups } from './formats.ts';
import { spokenNumber, stumble } from './spoken-values.ts';

const DOMAINS =
  'gmail yahoo hotmail outlook aol icloud comcast protonmail verizon msn live att sbcglobal mail me fastmail'.split(
    ' ',
  );

const TOP_LEVEL = 'com com com com net org edu gov io co us health info'.split(' ');

/** A telephone number. */
export function phoneNumber(source: Source, form: Form): string {
  const { random } = source;
  const digits = random.digits(3, '23456789') + random.digits(7, '23456789');
  const extension = random.chance(0.06)
    ? ` ${random.pick(['ext', 'ext.', 'extension', 'x'])} ${spokenNumber(source, random.digits(random.int(2, 4), '123456789'), form)}`
    : '';
  if (form.spoken && random.chance(0.66))
    return `${random.chance(0.12) ? 'one ' : ''}${stumble(source, sayDigits(digits, random))}${extension}`;
  const [a, b, c] = digitGroups(digits, [3, 3, 4]);
  const shape = random.pick([
    `(${a ?? ''}) ${b ?? ''}-${c ?? ''}`,
    `${a ?? ''}-${b ?? ''}-${c ?? ''}`,
    `${a ?? ''}.${b ?? ''}.${c ?? ''}`,
    `${a ?? ''} ${b ?? ''} ${c ?? ''}`,
    digits,
    `+1 ${a ?? ''} ${b ?? ''} ${c ?? ''}`,
    `1-${a ?? ''}-${b ?? ''}-${c ?? ''}`,
    `+${random.pick(['44', '49', '33', '91', '52', '61'])} ${random.digits(2, '123456789')} ${random.digits(4)} ${random.digits(4)}`,
  ]);
  return shape + extension;
}

/** A mailbox. */
export function mailbox(source: Source, form: Form): string {
  const { random } = source;
  const [first, last] = [
    source.people
      .first()
      .toLowerCase()
      .replace(/[^a-z]/g, ''),
    source.people
      .last()
      .toLowerCase()
      .replace(/[^a-z]/g, ''),
  ];
  const domain = random.chance(0.7)
    ? random.pick(DOMAINS)
    : source.people.word() + (random.chance(0.3) ? source.people.word() : '');
  const top = random.pick(TOP_LEVEL);
  const tail = random.chance(0.35) ? random.digits(random.int(1, 4)) : '';
  const link = random.pick(['.', '.', '_', '', '', '-']);
  const local = random.pick([
    `${first}${link}${last}`,
    `${first.charAt(0)}${link}${last}`,
    `${first}${tail}`,
    `${source.people.word()}${link}${source.people.word()}`,
    `${last}${link}${first}`,
  ]);
  if (!form.spoken || random.chance(0.22)) return `${local}${tail}@${domain}.${top}`;
  const words = { '.': 'dot', _: 'underscore', '-': random.pick(['dash', 'hyphen']) };
  const phrase = (): string => Array.from({ length: random.int(2, 4) }, () => source.people.word()).join(' ');
  const saidLocal = random.chance(0.16)
    ? phrase()
    : random.chance(0.15)
      ? `${first} ${random.pick(['dot ', ''])}${sayLetters(last, random)}`
      : local.replace(/[._-]/g, (mark) => ` ${words[mark as '.' | '_' | '-']} `).replace(/\d+/g, '');
  return `${saidLocal}${tail === '' ? '' : ` ${random.chance(0.75) ? sayDigits(tail, random) : tail}`} at ${random.chance(0.06) ? sayLetters(domain.slice(0, 5), random) : domain} dot ${random.chance(0.1) ? top.split('').join(' ') : top}`;
}

/** The address of a site. */
export function siteAddress(source: Source, form: Form): string {
  const { random } = source;
  const apart = form.spoken ? ' ' : '';
  const site =
    source.people.word() +
    (random.chance(0.6) ? apart + source.people.word() : '') +
    (random.chance(0.1) ? apart + source.people.word() : '');
  const top = random.pick(TOP_LEVEL);
  const path = random.chance(0.4)
    ? `/${random.pick([source.people.word(), `${source.people.word()}/${random.digits(4)}`, source.people.first().toLowerCase()])}`
    : '';
  if (!form.spoken || random.chance(0.3))
    return `${random.pick(['https://', 'https://www.', 'http://', 'www.', ''])}${site.replace(/ /g, '')}.${top}${path}`;
  return `${random.pick(['w w w dot ', 'www dot ', '', 'https colon slash slash '])}${site} dot ${top}${path.replace(/\//g, ' slash ').replace(/\d+/g, (run) => sayDigits(run, random))}`;
}

/** An IP address. */
export function ipAddress(source: Source, form: Form): string {
  const { random } = source;
  if (random.chance(0.12)) return Array.from({ length: 8 }, () => random.int(0, 65535).toString(16)).join(':');
  const parts = Array.from({ length: 4 }, () => random.int(0, 255));
  if (!form.spoken || random.chance(0.3)) return parts.join('.');
  return parts
    .map((part) =>
      random.chance(0.5)
        ? sayDigits(String(part), random)
        : part < 100
          ? belowHundred(part)
          : `${belowHundred(Math.floor(part / 100))} ${belowHundred(part % 100)}`,
    )
    .join(' dot ');
}

/** The file of a photo. */
export function photoName(source: Source, form: Form): string {
  const { random } = source;
  const [word, other] = [
    source.people.word(),
    random.pick([
      'left',
      'right',
      'front',
      'back',
      'side',
      'heel',
      'arm',
      'face',
      'wound',
      'card',
      'rash',
      source.people.first().toLowerCase(),
    ]),
  ];
  const type = random.pick(['jpg', 'jpg', 'jpeg', 'png', 'heic', 'gif', 'tiff']);
  const stem = random.pick([
    `IMG_${random.digits(4)}`,
    `DSC_${random.digits(4)}`,
    `IMG_${random.digits(8)}_${random.digits(6)}`,
    `${word}_${other}_${random.digits(1)}`,
    `${other}-${word}`,
    `Screenshot_${random.digits(8)}`,
    `photo${random.digits(1)}`,
  ]);
  if (!form.spoken || random.chance(0.2)) return `${stem}.${type}`;
  const said = stem
    .replace(/^(?:IMG|DSC)/, (letters) => sayLetters(letters, random))
    .replace(/_/g, random.pick([' underscore ', ' ', ' underscore ']))
    .replace(/-/g, ' dash ')
    .replace(/\d+/g, (run) => ` ${sayDigits(run, random)}`);
  return `${said} dot ${random.chance(0.6) ? type.split('').join(' ') : type}`.replace(/ +/g, ' ').trim();
}

/** A MAC address. */
export function macAddress(source: Source, form: Form): string {
  const parts = Array.from({ length: 6 }, () => source.random.int(0, 255).toString(16).padStart(2, '0'));
  if (!form.spoken || source.random.chance(0.3))
    return (source.random.chance(0.6) ? parts.map((part) => part.toUpperCase()) : parts).join(
      source.random.pick([':', ':', '-']),
    );
  return parts.map((part) => sayCode(part, source.random)).join(source.random.pick([' colon ', ' ', ' ']));
}
