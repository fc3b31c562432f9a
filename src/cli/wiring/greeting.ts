/** The first words of a server that listens: where it is, how to get in, and a first call to paste. */
import type { Config } from '../../platform/config.ts';
import { databaseHome } from '../../platform/postgres-site.ts';
import type { Instance } from '../instance.ts';

/** Where the admin's access token is. */
export interface TokenPlace {
  /** The file of a development start; null where MASKER_BOOTSTRAP_TOKEN holds it, or where there is none. */
  readonly file: string | null;
}

/** Returns the lines to print, at the first start and at every later one. In production one line, without links and tokens. */
export async function greeting(config: Config, instance: Instance, token: TokenPlace): Promise<string[]> {
  const listens = `Masker listens on ${instance.url}`;
  if (config.production) return [listens];
  const demo = await instance.demoAgent();
  return [
    listens,
    '',
    `  Sign in: ${await instance.signInLink()}`,
    `  Portal: ${config.publicUrl}/portal`,
    `  GraphiQL, API document, README: ${config.publicUrl}/`,
    ...(config.databaseUrl === null ? [`  Database files: ${await databaseHome(config.dataDir)}`] : []),
    `  Access token: ${token.file ?? 'in MASKER_BOOTSTRAP_TOKEN'}`,
    ...(demo === null ? agentCall(config, token) : firstCall(demo)),
    '',
  ];
}

function firstCall(proxyUrl: string): string[] {
  const body = JSON.stringify({
    stream: true,
    messages: [{ role: 'user', content: 'Hi, this is Maria Gonzalez, call me back on 415-555-0142.' }],
  });
  return [
    '  First call, through the agent "demo":',
    '',
    `    curl -N ${proxyUrl} -H 'Content-Type: application/json' -d '${body}'`,
  ];
}

function agentCall({ publicUrl }: Config, { file }: TokenPlace): string[] {
  const bearer = file === null ? '$MASKER_BOOTSTRAP_TOKEN' : `$(cat '${file}')`;
  return ['  Your agents:', '', `    curl ${publicUrl}/api/v1/agents -H "Authorization: Bearer ${bearer}"`];
}
