/** The files of deploy/: they parse, name metrics, variables and commands that exist, and keep what they promise. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { VARIABLES } from '../../src/platform/variables.ts';
import { alertRules } from '../alert-rules.ts';
import { parseExposition } from '../metrics.ts';
import type { Exposition } from '../metrics.ts';
import { isInstalled } from '../programs.ts';
import { startCalls } from './calls-fixture.ts';
import type { Calls } from './calls-fixture.ts';

const DEPLOY = path.resolve(import.meta.dirname, '../../deploy');
const file = (name: string): Promise<string> => readFile(path.join(DEPLOY, name), 'utf8');

let calls: Calls;
let before: Exposition;
beforeAll(async () => {
  calls = await startCalls({ MASKER_METRICS_ADDR: '127.0.0.1:0' });
  before = await scrape();
});
afterAll(() => calls.close());

async function scrape(): Promise<Exposition> {
  return parseExposition(await (await fetch(calls.masker.metricsUrl ?? '')).text());
}
/** The metrics that an expression names; those of a histogram by the name of the histogram. */
const metricsIn = (expr: string): string[] =>
  [...expr.matchAll(/\b((?:masker|nodejs|process)_[a-z0-9_]+)/g)].map(([, name = '']) => name.replace(/_bucket$/, ''));

describe('alert rules and dashboard', () => {
  test('name metrics that a running node has', async () => {
    const dashboard = JSON.parse(await file('grafana/masker.json')) as {
      panels: { targets: { expr: string }[] }[];
    };
    const shown = dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
    expect(shown.length).toBeGreaterThanOrEqual(10);
    const alerts = await alertRules();
    for (const expr of [...shown, ...alerts.map((each) => each.expr)])
      for (const name of metricsIn(expr)) expect([...before.types.keys()], `${name} of ${expr}`).toContain(name);
    for (const { alert, annotations } of alerts)
      expect(Object.keys(annotations).sort(), alert).toEqual(['action', 'summary']);
    expect(new Set(alerts.map(({ alert }) => alert)).size).toBe(alerts.length);
  });
});

describe('container files', () => {
  test('start a user that is not root, on a read-only root, after the database', async () => {
    const docker = await file('Dockerfile');
    expect(docker.match(/^FROM /gm)).toHaveLength(2);
    expect(docker).toMatch(/^USER 65532:65532$/m);
    const copied = [...docker.matchAll(/^COPY --from=build (.*) \S+$/gm)].flatMap(([, from = '']) => from.split(' '));
    const { files } = JSON.parse(await readFile(path.join(DEPLOY, '../package.json'), 'utf8')) as { files: string[] };
    for (const folder of files.filter((name) => /^(?:bin|configs|models|prisma|schema|docs)/.test(name)))
      expect(copied, folder).toContain(`/build/${folder}`);
    const { services } = parse(await file('compose.yaml')) as {
      services: Record<string, Record<string, unknown> & { environment: Record<string, string> }>;
    };
    const { masker } = services;
    expect(masker).toMatchObject({
      read_only: true,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
      depends_on: { postgres: { condition: 'service_healthy' } },
      ports: ['127.0.0.1:8080:8080'],
    });
    for (const name of Object.keys(masker?.environment ?? {}))
      expect([...Object.keys(VARIABLES.shape), 'MASKER_KEY_K_HEALTHCARE']).toContain(name);
  });
});

describe('secrets of a checkout that is deployed', () => {
  const SECRETS = [
    'secrets/MASKER_SIGNING_KEY',
    'deploy/secrets/MASKER_SIGNING_KEY',
    'deploy/postgres-password',
    'deploy/masker.env',
    'masker.env',
  ];
  const root = path.join(DEPLOY, '..');

  test.each(SECRETS)('%s is not committed', async (name) => {
    const { stdout } = await promisify(execFile)('git', ['check-ignore', '--no-index', name], { cwd: root });
    expect(stdout.trim()).toBe(name);
  });

  test.each([...SECRETS, 'data/keys/MASKER_SIGNING_KEY', '.git/config'])(
    '%s is not copied into the image',
    async (name) => {
      const ignored = (await readFile(path.join(root, '.dockerignore'), 'utf8'))
        .split('\n')
        .filter((line) => /^[^#]/.test(line));
      const folders = name.split('/').map((_, at, words) => words.slice(0, at + 1).join('/'));
      expect(folders.some((folder) => ignored.some((pattern) => path.matchesGlob(folder, pattern)))).toBe(true);
    },
  );

  test('compose gives the node its keys and its database URL as mounted files, and none in the environment', async () => {
    const { services, secrets } = parse(await file('compose.yaml')) as {
      services: { masker: { environment: Record<string, string>; secrets: string[] } };
      secrets: Record<string, { file: string }>;
    };
    const { environment, secrets: mounted } = services.masker;
    const names = ['MASKER_DATABASE_URL', 'MASKER_KEY_K_HEALTHCARE', 'MASKER_AUDIT_HMAC_KEY', 'MASKER_SIGNING_KEY'];
    for (const name of [...names, 'MASKER_SESSION_SECRET']) {
      expect(environment[name]).toBe(`file:/run/secrets/${name}`);
      expect(mounted).toContain(name);
      expect(secrets[name]?.file).toBe(`./secrets/${name}`);
    }
  });
});

describe('the systemd unit', () => {
  test('loads each key as a credential, and runs confined', async () => {
    const unit = await file('systemd/masker.service');
    for (const key of [
      'MASKER_KEY_K_HEALTHCARE',
      'MASKER_AUDIT_HMAC_KEY',
      'MASKER_SIGNING_KEY',
      'MASKER_SESSION_SECRET',
    ])
      expect(unit).toContain(`LoadCredential=${key}:/etc/masker/credentials/${key}\n`);
    for (const line of ['DynamicUser=yes', 'ProtectSystem=strict', 'NoNewPrivileges=yes', 'CapabilityBoundingSet='])
      expect(unit.split('\n')).toContain(line);
  });

  test.skipIf(!isInstalled('systemd-analyze'))('is valid, and exposes little by the measure of systemd', async () => {
    const { stdout } = await promisify(execFile)('systemd-analyze', [
      'security',
      '--offline=true',
      '--threshold=30',
      path.join(DEPLOY, 'systemd/masker.service'),
    ]);
    expect(stdout).toMatch(/Overall exposure level for masker\.service: [0-2]\.\d/);
  });
});
