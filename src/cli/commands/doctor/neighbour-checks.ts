/** Checks of what Masker talks to: its public address, providers, LLM detector, GitHub, checkpoint sinks, metrics. */
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { Config } from '../../../platform/config.ts';
import { errorCode } from '../../../platform/error-code.ts';
import { isReadableOnTheWay } from '../../../platform/readable-address.ts';
import type { ConfiguredUpstream } from '../../../platform/upstream-variables.ts';
import type { ListenAddress } from '../../../platform/variables.ts';
import { contact, contactFinding } from './certificate.ts';
import { fail, ok, skipped, warn } from './check.ts';
import type { Check, Finding } from './check.ts';
import type { Setup } from './setup.ts';

const GROUP = 'Neighbours';
const REQUEST_MS = 8_000;

export function neighbourChecks({ config }: Setup): Check[] {
  if (config === null) return [];
  return [
    { id: 'public_address', group: GROUP, title: 'Public address', run: () => publicAddress(config) },
    ...config.upstream.servers.flatMap((server) => upstreamChecks(server, config)),
    { id: 'ner_server', group: GROUP, title: 'Gemma server', run: () => optional(config.ner?.url, 'MASKER_NER_URL') },
    { id: 'github', group: GROUP, title: 'GitHub', run: () => gitHub(config) },
    { id: 'checkpoint_folder', group: GROUP, title: 'Checkpoint folder', run: () => checkpointFolder(config) },
    {
      id: 'checkpoint_url',
      group: GROUP,
      title: 'Checkpoint sink',
      run: () => optional(config.checkpoints.url, 'MASKER_CHECKPOINT_URL'),
    },
    { id: 'metrics_address', group: GROUP, title: 'Metrics address', run: () => metricsAddress(config) },
    { id: 'listen_address', group: GROUP, title: 'Listen address', run: () => listenAddress(config.listen) },
  ];
}

const placeOf = (url: URL): string => url.host;

async function reached(url: string): Promise<Finding> {
  const address = new URL(url);
  return contactFinding(placeOf(address), await contact(address));
}

const optional = (url: string | null | undefined, variable: string): Finding | Promise<Finding> =>
  url === null || url === undefined ? skipped('none is configured', `Set ${variable} to use one.`) : reached(url);

async function publicAddress({ variables, publicUrl }: Config): Promise<Finding> {
  if (variables.MASKER_PUBLIC_URL === null)
    return skipped('none is configured', 'Set MASKER_PUBLIC_URL to have its certificate checked.');
  return reached(publicUrl);
}

function upstreamChecks(server: ConfiguredUpstream, config: Config): Check[] {
  const { name } = server;
  // Without a key and an address, the default provider was not chosen by anyone.
  const isUnused =
    name === 'openai' && server.apiKey === null && config.variables.MASKER_OPENAI_BASE_URL === 'https://api.openai.com';
  const unused = (): Finding => skipped('not configured', 'Set MASKER_OPENAI_API_KEY to use OpenAI.');
  return [
    {
      id: `upstream_${name}`,
      group: GROUP,
      title: `Upstream ${name}`,
      run: () => (isUnused ? unused() : upstreamAddress(server)),
    },
    {
      id: `upstream_${name}_key`,
      group: GROUP,
      title: `Key of ${name}`,
      run: () => (isUnused ? unused() : upstreamKey(server)),
    },
  ];
}

async function upstreamAddress({ baseUrl }: ConfiguredUpstream): Promise<Finding> {
  const address = new URL(baseUrl);
  const finding = await reached(baseUrl);
  return finding.status === 'ok' && isReadableOnTheWay(address)
    ? warn(
        `${placeOf(address)} is not encrypted`,
        'Use https, unless the way there is private: calls are readable on it.',
      )
    : finding;
}

/** Asks for the list of models, which costs nothing and says nothing of a call. */
async function upstreamKey({ baseUrl, apiKey, apiKeyHeader, query }: ConfiguredUpstream): Promise<Finding> {
  if (apiKey === null && query === null) return ok("none: the callers' own keys are passed on");
  const key = apiKey?.reveal();
  const value = apiKeyHeader === 'authorization' ? `Bearer ${key ?? ''}` : (key ?? '');
  const response = await fetch(`${baseUrl}/models${query === null ? '' : `?${query.reveal()}`}`, {
    headers: key === undefined ? {} : { [apiKeyHeader]: value },
    redirect: 'manual',
    signal: AbortSignal.timeout(REQUEST_MS),
  }).catch((error: unknown) => codeOf(error));
  if (typeof response === 'string') return fail(`no answer (${response})`, 'See the check of the address above.');
  await response.body?.cancel();
  return modelListFinding(response.status);
}

/** What the status of a list of models says of the key that asked for it. */
export function modelListFinding(status: number): Finding {
  if (status >= 200 && status < 300) return ok('accepted');
  switch (status) {
    case 401:
    case 403:
      return fail(
        `the provider refuses it (${status})`,
        'Set the key of the right account; check that it was not revoked.',
      );
    case 404:
    case 405:
      return skipped(
        `the provider has no list of models to try it with (${status})`,
        'Make a call through an agent on this upstream.',
      );
    case 429:
      return warn('too many requests (429)', 'Wait, or raise the limits of the account at the provider.');
    default:
      return status >= 500
        ? fail(`the provider has a fault (${status})`, "Look at the provider's status page.")
        : warn(
            `the provider answers ${status}, so it is not known whether the key is accepted`,
            'Check the address of the upstream: it must end before /models, and must not redirect.',
          );
  }
}

function codeOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return errorCode(cause) ?? (error instanceof Error ? error.name : 'unknown error');
}

const gitHub = ({ github }: Config): Finding | Promise<Finding> =>
  github.client === null
    ? skipped('sign-in by GitHub is not configured', 'Set MASKER_GITHUB_CLIENT_ID and its secret to use it.')
    : reached(github.baseUrl);

async function checkpointFolder({ checkpoints: { folder } }: Config): Promise<Finding> {
  if (folder === null)
    return skipped('none is configured', 'Set MASKER_CHECKPOINT_DIR to keep signed checkpoints outside the database.');
  const writable = await access(folder, constants.W_OK).then(
    () => true,
    () => false,
  );
  return writable
    ? ok(folder)
    : fail(`${folder} cannot be written`, `Make it, and give it to the user that runs Masker.`);
}

async function metricsAddress({ metricsListen: address }: Config): Promise<Finding> {
  if (address === null) return skipped('off', 'Set MASKER_METRICS_ADDR, for example to 127.0.0.1:9464.');
  const host = address.host === '0.0.0.0' || address.host === '::' ? '127.0.0.1' : address.host;
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${address.port}/metrics`;
  const response = await fetch(url, { signal: AbortSignal.timeout(REQUEST_MS) }).catch(() => null);
  if (response === null) return warn('nobody answers there', 'Start the node, and look into its log.');
  const text = await response.text();
  if (!text.includes('masker_requests_total'))
    return fail('another program answers there', 'Choose another port in MASKER_METRICS_ADDR.');
  return host === address.host
    ? ok(`${address.host}:${address.port} is served`)
    : warn(
        `${address.host}:${address.port} is open to every network of this machine`,
        'Choose a private address, or close the port to others: anybody who reaches it can read the metrics.',
      );
}

/** Whether a node could listen there now, or one already does. */
async function listenAddress({ host, port }: ListenAddress): Promise<Finding> {
  const server = createServer();
  const fault = await new Promise<string | null>((resolve) => {
    server.once('error', (error) => {
      resolve(errorCode(error) ?? 'unknown error');
    });
    server.listen(port, host, () => {
      resolve(null);
    });
  });
  server.close();
  const place = `${host}:${port}`;
  if (fault === null) return ok(`${place} is free`);
  if (fault !== 'EADDRINUSE')
    return fail(
      `${place} cannot be listened on (${fault})`,
      'Choose an address of this machine, and a port that this user may open.',
    );
  return (await isMasker(host, port))
    ? ok(`a node listens on ${place}`)
    : fail(`another program listens on ${place}`, 'Stop that program, or choose another port in MASKER_LISTEN_ADDR.');
}

async function isMasker(host: string, port: number): Promise<boolean> {
  const local = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  const response = await fetch(`http://${local.includes(':') ? `[${local}]` : local}:${port}/livez`, {
    signal: AbortSignal.timeout(REQUEST_MS),
  }).catch(() => null);
  await response?.body?.cancel();
  return response?.status === 200;
}
