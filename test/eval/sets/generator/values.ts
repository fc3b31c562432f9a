/** What may stand in a template's braces, said or written in the row's voice and marked as the hand-written sets are. */
import { iban, luhnDigit, routingNumber, vin } from './check-digits.ts';
import { birthDate, expiry, monthAlone, nearDate } from './dates.ts';
import { cardinal, digitManner, groupWords, letterManner, ordinal, ordinalDigits, spelled } from './numerals.ts';
import { email, ipv4, ipv6, mac, webAddress } from './online.ts';
import { COUNTIES, STATE_NAMES, STREET_KINDS, STREET_NAMES } from './places.ts';
import type { Random } from './random.ts';
import type { Scene, Value } from './scene.ts';
import { cased, code, cut, number } from './voice.ts';
import type { Label } from '../marks.ts';

const marked = (label: Label, value: Value): Value => (voice, scene) => `[${label} ${value(voice, scene)}]`;

const spelledName = (pick: (scene: Scene) => string): Value => marked('NAME', (voice, scene) => {
  const { form, random, punctuated } = voice;
  const name = pick(scene);
  if (form === 'words' || !punctuated) {
    const said = spelled(name, letterManner(random), random);
    return punctuated && !/[a-z]{2}/.test(said) ? said.toUpperCase() : said;
  }
  return Array.from(name.toUpperCase()).join(random.pick(['-', ' ', '. ']));
});

function cardGroups(random: Random): string[] {
  if (random.chance(0.12)) {
    const body = `3${random.pick(['4', '7'])}${random.digits(12)}`;
    return cut(`${body}${luhnDigit(body)}`, 4, 6);
  }
  const body = `${random.pick(['4', '4', '51', '52', '53', '54', '55', '6011'])}${random.digits(15)}`.slice(0, 15);
  return cut(`${body}${luhnDigit(body)}`, 4, 4, 4);
}

const areaCode = (random: Random): string => `${random.between(2, 9)}${random.between(0, 8)}${random.between(1, 9)}`;

const phone: Value = (voice) => {
  const { form, random } = voice;
  const groups = [areaCode(random), `${random.between(2, 9)}${random.pick(['55', random.digits(2), '00'])}`, random.pick([random.digits(4), random.digits(4), `${random.between(1, 9)}000`, `${random.between(1, 9)}${random.between(1, 9)}00`])];
  if (form === 'formatted' && random.chance(0.5)) return `(${groups[0] ?? ''}) ${groups.slice(1).join('-')}`;
  const country = random.chance(0.1) ? ['1'] : [];
  return number(voice, [...country, ...groups], ['-', '-', '.', ' ']);
};

const extension: Value = (voice, scene) => {
  const digits = voice.random.digits(voice.random.between(2, 4));
  const said = voice.form === 'words' ? groupWords(digits, digitManner(voice.random)) : digits;
  return `${phone(voice, scene)} ${voice.form === 'formatted' ? voice.random.pick(['ext.', 'x', 'extension']) : 'extension'} ${said}`;
};

const zip: Value = (voice, { place }) => {
  const { form, random } = voice;
  const digits = `${place.zip3}${random.digits(2)}`;
  if (form !== 'words') return digits;
  return random.chance(0.25) ? `${groupWords(place.zip3, digitManner(random))} ${groupWords(digits.slice(3), digitManner(random))}` : groupWords(digits, { ...digitManner(random), grouping: random.pick(['each', 'each', 'runs']), hundreds: false });
};

const street: Value = (voice) => {
  const { form, random, punctuated } = voice;
  const house = String(random.between(1, random.pick([99, 999, 9999, 19999])));
  const [long, short] = random.pick(STREET_KINDS);
  const nth = random.between(1, 31);
  const isNumbered = random.chance(0.12);
  const direction = random.chance(0.2) ? `${random.pick(['North', 'South', 'East', 'West'])} ` : '';
  if (form === 'words') {
    const said = house.length > 2 && random.chance(0.6) ? groupWords(house, { grouping: 'pairs', zero: 'oh', hundreds: true }) : random.pick([cardinal(Number(house)), groupWords(house, { ...digitManner(random), grouping: 'each' })]);
    return `${said} ${cased(voice, `${direction}${isNumbered ? ordinal(nth) : random.pick(STREET_NAMES)} ${long}`)}`;
  }
  const name = isNumbered ? ordinalDigits(nth) : random.pick(STREET_NAMES);
  return `${house} ${cased(voice, `${direction}${name} ${punctuated && random.chance(0.5) ? short : long}`)}`;
};

const unit: Value = (voice) => {
  const { form, random } = voice;
  const digits = String(random.between(1, 40)) + random.pick(['', '', '0', '2', '5']);
  const kind = cased(voice, random.pick(['Apartment', 'Apartment', 'Unit', 'Suite', 'Lot']));
  if (form === 'formatted') return `${random.pick([kind, 'Apt', '#'])} ${digits}`.replace('# ', '#');
  return `${kind} ${form === 'words' ? groupWords(digits, { grouping: random.pick(['pairs', 'each']), zero: 'oh', hundreds: false }) : digits}`;
};

const cityState: Value = (voice, { place }) => {
  const state = STATE_NAMES.get(place.state) ?? place.state;
  if (voice.form === 'formatted') return `${place.city}, ${voice.random.pick([place.state, state])}`;
  return cased(voice, `${place.city} ${state}`);
};

const address: Value = (voice, scene) => {
  const parts = [street(voice, scene), ...(voice.random.chance(0.35) ? [unit(voice, scene)] : []), cityState(voice, scene)];
  return `${parts.join(voice.punctuated ? ', ' : ' ')} ${zip(voice, scene)}`;
};

const digits = (...lengths: readonly number[]): Value => (voice) => number(voice, lengths.map((length) => voice.random.digits(length)), ['-', ' ', '']);
const made = (make: (random: Random) => string): Value => (voice) => code(voice, make(voice.random));

const quantity = (written: (amount: number) => string, said: (amount: string) => string, low: number, high: number): Value => ({ form, random }) => {
  const amount = random.between(low, high);
  return form === 'words' ? said(cardinal(amount)) : written(amount);
};

/** Every word that a template may have in braces. The last group is what must not be found. */
export const VALUES: Readonly<Record<string, Value>> = {
  full: marked('NAME', (voice, { person }) => cased(voice, `${person.first} ${person.last}`)),
  first: marked('NAME', (voice, { person }) => cased(voice, person.first)),
  last: marked('NAME', (voice, { person }) => cased(voice, person.last)),
  spelledFirst: spelledName(({ person }) => person.first),
  spelledLast: spelledName(({ person }) => person.last),
  other: marked('NAME', (voice, { other }) => cased(voice, `${other.first} ${other.last}`)),
  otherFirst: marked('NAME', (voice, { other }) => cased(voice, other.first)),
  otherLast: marked('NAME', (voice, { other }) => cased(voice, other.last)),

  address: marked('GEO', address),
  street: marked('GEO', street),
  unit: marked('GEO', unit),
  city: marked('GEO', (voice, { place }) => cased(voice, place.city)),
  cityState: marked('GEO', cityState),
  county: marked('GEO', (voice) => cased(voice, `${voice.random.pick(COUNTIES)} County`)),
  zip: marked('GEO', zip),

  dob: birthDate,
  date: nearDate,
  month: monthAlone,
  expiry,
  age: marked('DATE', quantity(String, (said) => said, 90, 103)),

  phone: marked('PHONE', phone),
  extension: marked('PHONE', extension),
  phone4: marked('PHONE', digits(4)),
  email: marked('EMAIL', (voice, { person }) => email(voice, person)),
  ssn: marked('SSN', (voice) => number(voice, [`${voice.random.between(100, 664)}`, `${voice.random.between(10, 99)}`, voice.random.digits(4)], ['-', '-', ' '])),
  ssn4: marked('SSN', digits(4)),
  mrn: marked('MRN', made((random) => random.pick([random.digits(7), random.digits(8), `${random.letters(1)}${random.digits(6)}`]))),
  member: marked('PLAN', made((random) => `${random.letters(random.pick([1, 3, 3]))}${random.digits(random.between(8, 10))}`)),
  group: marked('PLAN', digits(6)),

  card: marked('ACCT', (voice) => number(voice, cardGroups(voice.random), [' ', ' ', '-', ''])),
  card4: marked('ACCT', digits(4)),
  cvv: marked('ACCT', digits(3)),
  routing: marked('ACCT', (voice) => number(voice, cut(routingNumber(`${voice.random.pick(['01', '02', '06', '11', '12', '26', '32'])}${voice.random.digits(6)}`), 3, 3), [''])),
  account: marked('ACCT', digits(4, 4, 2)),
  iban: marked('ACCT', (voice) => {
    const { random } = voice;
    const whole = random.pick([() => iban('DE', random.digits(18)), () => iban('GB', `${random.letters(4)}${random.digits(14)}`), () => iban('ES', random.digits(20)), () => iban('NL', `${random.letters(4)}${random.digits(10)}`)])();
    return voice.form === 'formatted' && random.chance(0.6) ? (whole.match(/.{1,4}/g) ?? []).join(' ') : code(voice, whole);
  }),

  licence: marked('LICENSE', made((random) => random.pick([`${random.letters(1)}${random.digits(7)}`, random.digits(8), `${random.letters(1)}${random.digits(12)}`, `${random.letters(2)}${random.digits(6)}`]))),
  passport: marked('LICENSE', made((random) => random.pick([random.digits(9), `${random.letters(1)}${random.digits(8)}`]))),
  certificate: marked('LICENSE', made((random) => `${random.pick(['RN', 'CDL', 'EL', 'PE', 'TL'])}${random.digits(6)}`)),
  vin: marked('VEHICLE', made((random) => vin(`${random.pick(['1HGCV', '2T1BU', '5YFBU', '1FTEW', '3VWD1', '4T1B1', 'JTDKN', '5NPE2', 'KNDJP', '1C4RJ'])}${random.letters(2)}${random.digits(1)}0${random.letters(2, 'HJKLMNPR')}${random.digits(6)}`))),
  plate: marked('VEHICLE', made((random) => random.pick([`${random.letters(3)}-${random.digits(4)}`, `${random.digits(1)}${random.letters(3)}${random.digits(3)}`, `${random.letters(2)}${random.digits(2)}${random.letters(2)}`, `${random.letters(3)}${random.digits(3)}`]))),
  serial: marked('DEVICE', made((random) => random.pick([`${random.letters(2)}${random.digits(8)}`, `${random.digits(4)}-${random.letters(2)}${random.digits(3)}`, `${random.letters(1)}${random.digits(2)}${random.letters(3)}${random.digits(4)}`]))),
  imei: marked('DEVICE', (voice) => {
    const body = `35${voice.random.digits(12)}`;
    return number(voice, cut(`${body}${luhnDigit(body)}`, 6, 4, 4), ['']);
  }),
  mac: marked('DEVICE', mac),
  url: marked('URL', webAddress),
  ip: marked('IP', ipv4),
  ip6: marked('IP', ipv6),
  voiceprint: marked('BIOMETRIC', made((random) => `${random.letters(2)}-${random.digits(5)}`)),
  photo: marked('PHOTO', ({ form, random }) => {
    const id = random.digits(4);
    if (form === 'words') return `${random.pick(['i m g', 'photo', 'scan'])} underscore ${groupWords(id, digitManner(random))} dot ${random.pick(['j p g', 'p n g', 'jpeg'])}`;
    const name = `${random.pick(['IMG', 'photo', 'scan'])}_${id}.${random.pick(['jpg', 'png', 'jpeg', 'heic'])}`;
    return form === 'digits' ? name.toLowerCase() : name;
  }),
  order: marked('ID', made((random) => random.pick([`${random.digits(3)}-${random.digits(7)}`, random.digits(8), `${random.letters(2)}${random.digits(6)}`]))),
  tracking: marked('ID', made((random) => random.pick([`1Z${random.letters(3)}${random.digits(10)}`, random.digits(12), random.digits(15), `9400${random.digits(14)}`]))),
  claim: marked('ID', made((random) => random.pick([`${random.letters(2)}${random.digits(7)}`, `${random.digits(4)}-${random.digits(5)}`]))),
  confirmation: marked('ID', made((random) => random.pick([random.letters(6), `${random.letters(2)}${random.digits(2)}${random.letters(2)}`]))),
  employee: marked('ID', digits(6)),
  onetime: marked('ID', digits(6)),

  dollars: quantity((amount) => `$${amount}`, (said) => `${said} dollars`, 2, 900),
  percent: quantity((amount) => `${amount}%`, (said) => `${said} percent`, 2, 99),
  minutes: quantity((amount) => `${amount} minutes`, (said) => `${said} minutes`, 2, 59),
  milligrams: quantity((amount) => `${amount * 5} milligrams`, (said) => `${said} milligrams`, 1, 99),
  count: quantity(String, (said) => said, 2, 60),
  time: quantity((hour) => `${hour}:30`, (said) => `${said} thirty`, 1, 11),
};
