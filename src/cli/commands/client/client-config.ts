/** Which server the commands talk to, and with whose token. See docs/operations.md, A client of a server. */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { parse } from 'smol-toml';
import { z } from 'zod';
import { errorCode } from '../../../platform/error-code.ts';
import { isReadableOnTheWay } from '../../../platform/readable-address.ts';
import { CommandFailure, EXIT } from './command-failure.ts';
import { withoutEnd } from '../../../platform/text-end.ts';

/** What a person may say on the command line. */
export interface ClientOptions {
  readonly server?: string;
  readonly config?: string;
  /** Send the token by plain http to another machine. */
  readonly insecure?: boolean;
}

/** The server, and the token to send; null for none. */
export interface Connection {
  /** Without a slash at its end. */
  readonly server: string;
  readonly token: string | null;
  /** Whether a configuration file names the server. */
  readonly isConfigured?: boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;

const FOLDER_FILE = 'masker.toml';
const DEFAULT_SERVER = 'http://127.0.0.1:8080';
const CONFIG = z.strictObject({ server: z.string().optional() });
const CREDENTIALS = z.record(z.string(), z.string());

/**
 * The connection of a command: `--server`, then MASKER_SERVER, then the configuration file, then this machine; the token of
 * MASKER_TOKEN, then that of `masker login` for the server. Throws CommandFailure for what cannot be used.
 */
export async function readConnection(options: ClientOptions, env: Environment): Promise<Connection> {
  const named = options.server ?? setIn(env, 'MASKER_SERVER');
  const configured = await readConfig(options, env);
  const server = checkedServer(named ?? configured?.server ?? DEFAULT_SERVER);
  const given = setIn(env, 'MASKER_TOKEN');
  // A folder from elsewhere must not choose where the token of the environment goes.
  if (given !== undefined && named === undefined && configured?.isOfFolder === true)
    throw new CommandFailure(
      EXIT.authentication,
      `MASKER_TOKEN is not sent to a server that ${FOLDER_FILE} names: name it by --server, MASKER_SERVER or --config`,
    );
  const token = given ?? (await readCredentials(env))[server] ?? null;
  if (token !== null && options.insecure !== true && isReadableOnTheWay(new URL(server)))
    throw new CommandFailure(EXIT.authentication, 'the token would travel unencrypted: use https, or --insecure');
  return { server, token, isConfigured: named === undefined && configured?.server !== undefined };
}

/** The value of a variable; one that is empty is not set. */
const setIn = (env: Environment, name: string): string | undefined => (env[name] === '' ? undefined : env[name]);

/** Remembers the token of a server, readable for its owner only. Returns the file. */
export async function storeToken(env: Environment, server: string, token: string): Promise<string> {
  const file = credentialsFile(env);
  const credentials = { ...(await readCredentials(env)), [server]: token };
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  // A file that was there may be readable for others, or a link: it is replaced as a whole.
  const draft = `${file}.${process.pid}`;
  await writeFile(draft, `${JSON.stringify(credentials, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
  await rename(draft, file);
  return file;
}

/** The server's address as it is used. Throws CommandFailure for what is none. */
export function checkedServer(text: string): string {
  const url = URL.parse(text);
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:') || url.username !== '')
    throw new CommandFailure(EXIT.usage, 'the server must be an http or https URL, such as https://masker.example.org');
  return `${url.origin}${withoutEnd(url.pathname, /\//)}`;
}

interface Configured {
  readonly server: string | undefined;
  /** Whether this is the default file of the current folder, which no option or variable named. */
  readonly isOfFolder: boolean;
}

async function readConfig(options: ClientOptions, env: Environment): Promise<Configured | null> {
  const named = options.config ?? setIn(env, 'MASKER_CONFIG');
  const candidates = named === undefined ? [FOLDER_FILE, path.join(configFolder(env), 'config.toml')] : [named];
  for (const file of candidates) {
    const text = await readIfThere(file, named !== undefined);
    if (text !== null) return { server: parseConfig(file, text).server, isOfFolder: file === FOLDER_FILE };
  }
  return null;
}

function parseConfig(file: string, text: string): z.infer<typeof CONFIG> {
  try {
    return CONFIG.parse(parse(text));
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error) : 'it is not TOML';
    throw new CommandFailure(EXIT.usage, `the configuration file ${file} cannot be used: ${why}`);
  }
}

async function readCredentials(env: Environment): Promise<Record<string, string>> {
  const file = credentialsFile(env);
  const text = await readIfThere(file, false);
  if (text === null) return {};
  try {
    return CREDENTIALS.parse(JSON.parse(text));
  } catch {
    throw new CommandFailure(EXIT.authentication, `${file} is damaged: delete it and run "masker login" again`);
  }
}

const configFolder = (env: Environment): string =>
  path.join(setIn(env, 'XDG_CONFIG_HOME') ?? path.join(setIn(env, 'HOME') ?? homedir(), '.config'), 'masker');

const credentialsFile = (env: Environment): string => path.join(configFolder(env), 'credentials.json');

async function readIfThere(file: string, isRequired: boolean): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const code = errorCode(error);
    if (!isRequired && (code === 'ENOENT' || code === 'ENOTDIR')) return null;
    throw new CommandFailure(EXIT.generic, `${file} cannot be read (${code ?? 'unknown error'})`);
  }
}
