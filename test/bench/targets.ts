/** The servers under load, each started as its users start it. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { request } from 'undici';
import { freePort, startObserved, startOwn, startServer } from './child.ts';
import type { Command } from './child.ts';
import type { TargetName } from './figures.ts';

/** Something that answers chat completions. */
export interface Target {
  readonly name: TargetName;
  /** Of its chat completions. */
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** Of its process; it may have children. */
  readonly pid: number;
  readonly stop: () => Promise<void>;
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const COMPLETIONS = '/v1/chat/completions';

/** The stub without anything in front of it. */
export function direct({ origin, pid }: { readonly origin: URL; readonly pid: number }): Target {
  return { name: 'direct', url: new URL(COMPLETIONS, origin), headers: {}, pid, stop: () => Promise.resolve() };
}

export async function startPassthrough(stub: URL): Promise<Target> {
  const { origin, pid, stop } = await startOwn('passthrough.ts', [stub.origin]);
  return { name: 'raw', url: new URL(COMPLETIONS, origin), headers: {}, pid, stop };
}

/** Makes the folder for Masker's data, on the disk of the checkout: a temporary folder may lie in memory, where a flush is free. */
export async function makeDataFolder(): Promise<string> {
  const parent = path.join(ROOT, 'data');
  await mkdir(parent, { recursive: true });
  const folder = await mkdtemp(path.join(parent, 'bench-'));
  await chmod(folder, 0o711); // started as root, Masker runs its database as another user, who must get through
  return folder;
}

/** Masker as `npm start` runs it: embedded database, masking on, every turn durable before it leaves. */
export async function startMasker(stub: URL, dataFolder: string): Promise<Target> {
  return startBuild('masker', ROOT, stub, dataFolder);
}

/** The same with so many worker processes. */
export async function startMaskerWorkers(stub: URL, dataFolder: string, workers: number): Promise<Target> {
  return startBuild('workers', ROOT, stub, dataFolder, { MASKER_WORKERS: `${workers}` });
}

/** The same of a build in another checkout. */
export async function startEarlierMasker(stub: URL, dataFolder: string, checkout: string): Promise<Target> {
  return startBuild('earlier', checkout, stub, dataFolder);
}

async function startBuild(
  name: 'masker' | 'workers' | 'earlier',
  checkout: string,
  stub: URL,
  dataFolder: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Target> {
  const { origin, token, command: plain } = await maskerCommand(stub, dataFolder, [], checkout);
  const command = { ...plain, env: { ...plain.env, ...env } };
  const { pid, stop } = await startServer(command, new URL('/readyz', origin));
  try {
    return { name, url: await createAgent(origin, token), headers: {}, pid, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The same, with a part loaded before it that tells how long its event loop was held. */
export async function startObservedMasker(
  stub: URL,
  dataFolder: string,
): Promise<Target & { readonly token: string; readonly ask: () => Promise<unknown> }> {
  const reporter = fileURLToPath(new URL('report-stalls.mjs', import.meta.url));
  const { origin, token, command } = await maskerCommand(stub, dataFolder, ['--import', reporter]);
  const { pid, stop, ask } = await startObserved(command, new URL('/readyz', origin));
  try {
    return { name: 'masker', url: await createAgent(origin, token), headers: {}, pid, stop, ask, token };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function maskerCommand(stub: URL, dataFolder: string, before: readonly string[], checkout = ROOT) {
  const port = await freePort();
  const origin = new URL(`http://127.0.0.1:${port}`);
  const token = `msk_${randomBytes(24).toString('hex')}`;
  const command: Command = {
    name: 'Masker',
    args: [...before, path.join(checkout, 'dist/cli/main.js'), 'serve'],
    cwd: checkout,
    env: {
      MASKER_DEV: '1', // keys are made in the data folder
      MASKER_LISTEN_ADDR: `127.0.0.1:${port}`,
      MASKER_PUBLIC_URL: origin.origin,
      MASKER_DATA_DIR: dataFolder,
      MASKER_OPENAI_BASE_URL: stub.origin,
      MASKER_OPENAI_API_KEY: 'test',
      MASKER_BOOTSTRAP_TOKEN: token,
      MASKER_LOG_LEVEL: 'warn',
    },
  };
  return { origin, token, command };
}

async function createAgent(origin: URL, token: string): Promise<URL> {
  const { statusCode, body } = await request(new URL('/api/v1/agents', origin), {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'bench', upstream: 'openai:gpt-4o-mini', caller_auth: null }),
  });
  const text = await body.text();
  if (statusCode !== 201) throw new Error(`Masker did not make an agent: HTTP ${statusCode} ${text}`);
  const { agent } = JSON.parse(text) as { agent: { proxy_url: string } };
  return new URL(agent.proxy_url);
}

const PORTKEY = fileURLToPath(new URL('portkey/', import.meta.url));
const PORTKEY_SCRIPT = path.join(PORTKEY, 'node_modules/@portkey-ai/gateway/build/start-server.js');

/** Portkey's gateway, installed on first use from its lock file. */
export async function startPortkey(stub: URL): Promise<Target> {
  if (!existsSync(PORTKEY_SCRIPT)) await installPortkey();
  const port = await freePort();
  const origin = new URL(`http://127.0.0.1:${port}`);
  const { pid, stop } = await startServer(
    { name: 'Portkey', args: [PORTKEY_SCRIPT, '--headless', `--port=${port}`], cwd: PORTKEY },
    origin,
  );
  return {
    name: 'portkey',
    url: new URL(COMPLETIONS, origin),
    headers: {
      'x-portkey-provider': 'openai',
      'x-portkey-custom-host': `${stub.origin}/v1`,
      authorization: 'Bearer test',
    },
    pid,
    stop,
  };
}

/** Its install script only applies patches of its own development, so none is run. */
function installPortkey(): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (why: string): void => {
      reject(new Error(`Portkey could not be installed (${why}); leave it out with --targets`));
    };
    const npm = spawn('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
      cwd: PORTKEY,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    npm.once('error', (error) => {
      fail(error.message);
    });
    npm.once('exit', (code) => {
      if (code === 0) resolve();
      else fail(`npm ci ended with ${code ?? 'a signal'}`);
    });
  });
}
