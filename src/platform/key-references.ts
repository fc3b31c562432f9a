/**
 * Where the text of a secret variable comes from when it is not in the variable itself. See docs/configuration.md, Keys outside the environment.
 *
 * - `file:PATH`: a file, as Kubernetes and Docker mount secrets.
 * - `exec:COMMAND`: what a program prints, such as a client of a secret store. It is run without a shell.
 * - A credential of systemd: a file in CREDENTIALS_DIRECTORY that has the name of the variable.
 *
 * No message repeats a value, a path, a command or what a program printed: each of them may be a secret.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { errorCode } from './error-code.ts';
import { withoutEnd } from './text-end.ts';

/** A text, or what is wrong with the place that it should come from. */
type TextReading = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly message: string };

/** Environment variables as `process.env` has them. */
type Environment = Readonly<Record<string, string | undefined>>;

/** Bytes of a secret at most. */
const MOST_BYTES = 4096;
/** How long a program may take to print a key, in milliseconds. */
const EXEC_MS = 10_000;

/** Variables whose value may be a reference, besides those of the key ring: all that hold a secret. */
const REFERABLE: ReadonlySet<string> = new Set([
  'MASKER_AUDIT_HMAC_KEY',
  'MASKER_SIGNING_KEY',
  'MASKER_SESSION_SECRET',
  'MASKER_DATABASE_URL',
  'MASKER_BOOTSTRAP_TOKEN',
  'MASKER_OPENAI_API_KEY',
  'MASKER_GITHUB_CLIENT_SECRET',
  'MASKER_OIDC_CLIENT_SECRET',
  'MASKER_VAPI_WEBHOOK_SECRET',
  'MASKER_BOLNA_WEBHOOK_SECRET',
  'MASKER_RETELL_API_KEY',
  'MASKER_ELEVENLABS_WEBHOOK_SECRET',
  'MASKER_CHECKPOINT_TOKEN',
  'MASKER_PDF_SIGNING_KEY',
  'MASKER_ASR_OPENAI_API_KEY',
  'MASKER_ASR_DEEPGRAM_API_KEY',
]);

/**
 * Returns the environment with the credentials of systemd, and with keys in place of references to them. Faulty ones are
 * reported and left out. Never throws.
 */
export function withReferences(
  env: Environment,
  isRingKey: (name: string) => boolean,
  report: (variable: string, message: string) => void,
): Environment {
  const resolved: Record<string, string | undefined> = { ...env };
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined || value === '' || !(isRingKey(name) || REFERABLE.has(name))) continue;
    const reading = resolveReference(value, env);
    resolved[name] = reading.ok ? reading.text : undefined;
    if (!reading.ok) report(name, reading.message);
    else if (reading.text === '') report(name, 'refers to an empty text');
  }
  for (const [name, reading] of readCredentials(env)) {
    const given = resolved[name] ?? '';
    if (!reading.ok) report(name, reading.message);
    else if (reading.text === '') report(name, 'is an empty credential');
    else if (given !== '' && given !== reading.text)
      report(name, 'is set, and CREDENTIALS_DIRECTORY has another value for it: remove one of them');
    else resolved[name] = reading.text;
  }
  return resolved;
}

/** Returns the text that the value refers to, or the value itself if it is no reference. Never throws. */
function resolveReference(value: string, env: Environment): TextReading {
  if (value.startsWith('file:')) return readSecretFile(value.slice('file:'.length));
  if (value.startsWith('exec:')) return runForSecret(value.slice('exec:'.length), env);
  return { ok: true, text: value };
}

/** Returns the text of a secret file without the line ends behind it. */
function readSecretFile(file: string): TextReading {
  if (file === '') return refusal('must name a file: file:/run/secrets/key');
  try {
    const found = statSync(file);
    if (!found.isFile()) return refusal('names something that is not a file');
    if (found.size > MOST_BYTES) return refusal(`names a file of more than ${MOST_BYTES} bytes`);
    return { ok: true, text: withoutLineEnd(readFileSync(file, 'utf8')) };
  } catch (error) {
    return refusal(`names a file that cannot be read (${errorCode(error) ?? 'unknown error'})`);
  }
}

/** Runs a program and returns what it printed. Our own variables are not handed to it. */
function runForSecret(command: string, env: Environment): TextReading {
  const words = commandWords(command);
  const [program, ...args] = words ?? [];
  if (program === undefined || program === '') {
    return refusal('must name a program and its arguments, with closed quotes: exec:/usr/bin/secret get key');
  }
  const inherited = Object.entries(env).filter(([name]) => !name.startsWith('MASKER_'));
  const { status, signal, error, stdout } = spawnSync(program, args, {
    env: Object.fromEntries(inherited),
    shell: false,
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: EXEC_MS,
    killSignal: 'SIGKILL',
    maxBuffer: MOST_BYTES,
    encoding: 'utf8',
  });
  switch (error === undefined ? undefined : (errorCode(error) ?? 'unknown error')) {
    case undefined:
      break;
    case 'ETIMEDOUT':
      return refusal(`names a program that did not end within ${EXEC_MS / 1000} s`);
    case 'ENOBUFS':
      return refusal(`names a program that printed more than ${MOST_BYTES} bytes`);
    case 'ENOENT':
      return refusal(
        'names a program that does not exist (ENOENT). Arguments are separated by spaces, and no shell is used',
      );
    default:
      return refusal(`names a program that cannot be run (${errorCode(error) ?? 'unknown error'})`);
  }
  if (status !== 0) return refusal(`names a program that ended with ${signal ?? `exit code ${String(status)}`}`);
  return { ok: true, text: withoutLineEnd(stdout) };
}

/**
 * Splits a command into words. Quotes, single or double, keep spaces in a word, and a backslash keeps the next character
 * as it is, except in single quotes. Nothing is expanded. Returns null for a quote that is not closed.
 */
export function commandWords(command: string): string[] | null {
  const words: string[] = [];
  let word: string | null = null;
  let quote: string | null = null;
  for (let at = 0; at < command.length; at += 1) {
    const char = command.charAt(at);
    if (quote !== null && char === quote) quote = null;
    else if (char === '\\' && quote !== "'" && at + 1 < command.length) word = (word ?? '') + command.charAt(++at);
    else if (quote === null && (char === '"' || char === "'")) [quote, word] = [char, word ?? ''];
    else if (quote === null && /\s/.test(char)) {
      if (word !== null) words.push(word);
      word = null;
    } else word = (word ?? '') + char;
  }
  if (quote !== null) return null;
  return word === null ? words : [...words, word];
}

/** The credentials of systemd by the name of their variable, or what is wrong with one of them. */
function readCredentials(env: Environment): ReadonlyMap<string, TextReading> {
  const folder = env['CREDENTIALS_DIRECTORY'];
  const found = new Map<string, TextReading>();
  if (folder === undefined || folder === '') return found;
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch (error) {
    const code = errorCode(error) ?? 'unknown error';
    return found.set('CREDENTIALS_DIRECTORY', refusal(`is a folder that cannot be read (${code})`));
  }
  for (const name of names.sort())
    if (name.startsWith('MASKER_')) found.set(name, readSecretFile(path.join(folder, name)));
  return found;
}

const withoutLineEnd = (text: string): string => withoutEnd(text, /[\r\n]/);

const refusal = (message: string): TextReading => ({ ok: false, message });
