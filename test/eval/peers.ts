/** Other packages that find personal data, on the same rows in the same run. Each in the configuration that suits it best. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Detector } from './detector.ts';
import type { PhiLabel } from './labels.ts';
import { alignRedacted } from './redacted-alignment.ts';
import type { Prediction } from './tally.ts';

/** In the order of tables. */
export const PEER_NAMES = [
  'redact-pii',
  'openredaction',
  '@openredaction/openredaction',
  '@arcjet/redact',
  'anonymize-nlp',
  'compromise',
] as const;
export type PeerName = (typeof PEER_NAMES)[number];

export interface Peer {
  readonly name: PeerName;
  readonly version: string;
  /** The package's own work, without what the evaluation makes of its answer. */
  readonly work: (text: string) => unknown;
  /** What it found in the text. */
  readonly find: (text: string) => Prediction[] | Promise<Prediction[]>;
}

const FOLDER = fileURLToPath(new URL('peers/', import.meta.url));

/**
 * Installs the packages from their lock file where they are not there yet; their install scripts are not run.
 * @throws Error when npm cannot install them.
 */
export function installPeers(): void {
  if (existsSync(`${FOLDER}node_modules/.package-lock.json`)) return;
  const { status } = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: FOLDER,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (status !== 0) throw new Error(`npm ci in ${FOLDER} failed`);
}

/** One peer, ready for work. */
export async function loadPeer(name: PeerName): Promise<Peer> {
  switch (name) {
    case 'redact-pii':
      return loadRedactPii();
    case 'openredaction':
    case '@openredaction/openredaction':
      return loadOpenRedaction(name);
    case 'anonymize-nlp':
      return loadAnonymizeNlp();
    case '@arcjet/redact':
      return loadArcjet();
    case 'compromise':
      return loadCompromise();
  }
}

/** The peer as a detector, warm. None of them knows conversations. */
export async function peerDetector(peer: Peer): Promise<Detector> {
  for (let round = 0; round < WARM_UP_ROUNDS; round++)
    await peer.find(`hi this is maria gonzalez, mail me at maria@example.com or call 415-555-01${10 + round}`);
  return {
    name: peer.name,
    version: peer.version,
    model: null,
    detectRow: ({ text }) => peer.find(text),
    startCall: null,
  };
}

const WARM_UP_ROUNDS = 40;

const require = createRequire(`${FOLDER}package.json`);

/** What the packages export is not typed here: they are installed on demand, and type-checking must not need them. */
async function load(
  name: PeerName | 'compromise-dates',
): Promise<{ readonly library: unknown; readonly version: string }> {
  const { version } = require(`${FOLDER}node_modules/${name}/package.json`) as { version: string };
  // Some only export their module form, which `require.resolve` does not find.
  const entry = name === '@arcjet/redact' ? `${FOLDER}node_modules/${name}/index.js` : require.resolve(name);
  const library: unknown = await import(pathToFileURL(entry).href);
  return { library, version };
}

/** What redact-pii writes in place of a value. */
const REDACT_PII_LABELS: Readonly<Record<string, PhiLabel>> = {
  CREDIT_CARD_NUMBER: 'ACCT',
  STREET_ADDRESS: 'GEO',
  ZIPCODE: 'GEO',
  PHONE_NUMBER: 'PHONE',
  IP_ADDRESS: 'IP',
  US_SOCIAL_SECURITY_NUMBER: 'SSN',
  EMAIL_ADDRESS: 'EMAIL',
  USERNAME: 'ID',
  PASSWORD: 'ID',
  CREDENTIALS: 'ID',
  DIGITS: 'ID',
  URL: 'URL',
  PERSON_NAME: 'NAME',
};

async function loadRedactPii(): Promise<Peer> {
  interface Library {
    SyncRedactor: new () => { redact: (text: string) => string };
  }
  const { library, version } = await load('redact-pii');
  const redactor = new (library as Library).SyncRedactor();
  const work = (text: string): string => redactor.redact(text);
  const find = (text: string): Prediction[] => {
    const aligned = alignRedacted(text, work(text), Object.keys(REDACT_PII_LABELS)) ?? [];
    return aligned.map(({ start, end, placeholder }) => ({
      start,
      end,
      label: REDACT_PII_LABELS[placeholder] ?? 'ID',
    }));
  };
  return { name: 'redact-pii', version, work, find };
}

/** Some of the hundreds of types of openredaction; all others are some number: ID. */
const OPENREDACTION_LABELS: readonly (readonly [RegExp, PhiLabel])[] = [
  [/EMAIL/, 'EMAIL'],
  [/PHONE|FAX/, 'PHONE'],
  [/^SSN|SOCIAL_SECURITY/, 'SSN'],
  [/(^|_)(NAME|PERSON)/, 'NAME'],
  [/^(ADDRESS|ZIP|POSTCODE)/, 'GEO'],
  [/DATE|DOB|BIRTH/, 'DATE'],
  [/MEDICAL_RECORD|MRN/, 'MRN'],
  [/HEALTH_PLAN|MEDICARE|INSURANCE/, 'PLAN'],
  [/CREDIT_CARD|IBAN|BANK|ROUTING|CVV/, 'ACCT'],
  [/LICENSE_PLATE|^VIN/, 'VEHICLE'],
  [/LICEN|PASSPORT|NPI|DEA/, 'LICENSE'],
  [/^IP|IPV/, 'IP'],
  [/^URL/, 'URL'],
  [/DEVICE|IMEI|MAC_ADDR|SERIAL/, 'DEVICE'],
];

async function loadOpenRedaction(name: 'openredaction' | '@openredaction/openredaction'): Promise<Peer> {
  interface Found {
    detections: { type: string; position: [number, number] }[];
  }
  interface Library {
    OpenRedaction: new () => { detect: (text: string) => Found | Promise<Found> };
  }
  const { library, version } = await load(name);
  const redactor = new (library as Library).OpenRedaction();
  const work = (text: string): Found | Promise<Found> => redactor.detect(text);
  const find = async (text: string): Promise<Prediction[]> => {
    const { detections } = await work(text);
    return detections.map(({ type, position: [start, end] }) => ({
      start,
      end,
      label: OPENREDACTION_LABELS.find(([form]) => form.test(type))?.[1] ?? 'ID',
    }));
  };
  return { name, version, work, find };
}

/** What anonymize-nlp writes in place of a value: `<FIRSTNAME>`, `<FIRSTNAME1>`. Times and sums of money are no PHI and count as any number. */
const ANONYMIZE_LABELS: Readonly<Record<string, PhiLabel>> = {
  '<FIRSTNAME>': 'NAME',
  '<LASTNAME>': 'NAME',
  '<DATE>': 'DATE',
  '<EMAIL>': 'EMAIL',
  '<PHONENUMBER>': 'PHONE',
  '<CREDITCARD>': 'ACCT',
  '<DOMAIN>': 'URL',
  '<URL>': 'URL',
  '<IP>': 'IP',
  '<ZIP_CODE>': 'GEO',
};

async function loadAnonymizeNlp(): Promise<Peer> {
  interface Library {
    AnonymizeNlp: new () => { anonymize: (text: string) => string };
  }
  const { library, version } = await load('anonymize-nlp');
  const { AnonymizeNlp } = library as Library;
  // It remembers the values that it has seen: each text gets one of its own.
  const work = (text: string): string => new AnonymizeNlp().anonymize(text);
  const find = (text: string): Prediction[] => {
    const redacted = work(text).replace(/<([A-Z_]+)\d+>/g, '<$1>');
    const placeholders = [...new Set(redacted.match(/<[A-Z_]+>/g) ?? ['<ID>'])];
    return (alignRedacted(text, redacted, placeholders) ?? []).map(({ start, end, placeholder }) => ({
      start,
      end,
      label: ANONYMIZE_LABELS[placeholder] ?? 'ID',
    }));
  };
  return { name: 'anonymize-nlp', version, work, find };
}

const ARCJET_LABELS: Readonly<Record<string, PhiLabel>> = {
  'credit-card-number': 'ACCT',
  email: 'EMAIL',
  'ip-address': 'IP',
  'phone-number': 'PHONE',
};

async function loadArcjet(): Promise<Peer> {
  interface Options {
    replace: (type: string, value: string) => string;
  }
  interface Library {
    redact: (text: string, options: Options) => Promise<unknown>;
  }
  const { library, version } = await load('@arcjet/redact');
  const find = async (text: string): Promise<Prediction[]> => {
    const found: Prediction[] = [];
    let from = 0;
    const replace = (type: string, value: string): string => {
      const start = text.indexOf(value, from);
      if (start >= 0) {
        from = start + value.length;
        found.push({ start, end: from, label: ARCJET_LABELS[type] ?? 'ID' });
      }
      return 'X';
    };
    await (library as Library).redact(text, { replace });
    return found;
  };
  return { name: '@arcjet/redact', version, work: find, find };
}

const COMPROMISE_LABELS = {
  people: 'NAME',
  places: 'GEO',
  emails: 'EMAIL',
  phoneNumbers: 'PHONE',
  urls: 'URL',
  dates: 'DATE',
} as const;

async function loadCompromise(): Promise<Peer> {
  interface Match {
    json: (options: object) => { offset: { start: number; length: number } }[];
  }
  type Document = Record<keyof typeof COMPROMISE_LABELS, () => Match>;
  interface Library {
    default: ((text: string) => Document) & { plugin: (plugin: unknown) => void };
  }
  const { library, version } = await load('compromise');
  const dates = await load('compromise-dates');
  (library as Library).default.plugin((dates.library as { default: unknown }).default);
  const find = (text: string): Prediction[] => {
    const document = (library as Library).default(text);
    return Object.entries(COMPROMISE_LABELS).flatMap(([method, label]) =>
      document[method as keyof Document]()
        .json({ offset: true })
        .map(({ offset: { start, length } }) => ({ start, end: start + length, label })),
    );
  };
  return { name: 'compromise', version, work: find, find };
}
