/**
 * The Helm chart: its schema, and the structure of its templates. Helm itself is in no registry that tests use, so nothing is
 * rendered: control lines are left out, and expressions are replaced by a number.
 */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';

const CHART = path.resolve(import.meta.dirname, '../../../deploy/helm/masker');
const file = (name: string): Promise<string> => readFile(path.join(CHART, name), 'utf8');
const templates = async (): Promise<string[]> =>
  (await readdir(path.join(CHART, 'templates'))).filter((name) => name.endsWith('.yaml'));

const GIVEN = { publicUrl: 'https://masker.example.org', secretName: 'masker' };
type Values = Record<string, unknown>;
const defaults = async (): Promise<Values> => parse(await file('values.yaml')) as Values;
async function faultsOf(values: Values): Promise<string[]> {
  const check = new Ajv({ allErrors: true, strict: false }).compile(
    JSON.parse(await file('values.schema.json')) as object,
  );
  check(values);
  return (check.errors ?? []).map(({ instancePath, keyword }) => `${instancePath} ${keyword}`);
}

async function outlineOf(name: string): Promise<Record<string, unknown>> {
  const lines = (await file(`templates/${name}`)).split('\n').filter((line) => !/^\s*\{\{.*\}\}\s*$/.test(line));
  return parse(lines.join('\n').replaceAll(/\{\{.*?\}\}/g, '1')) as Record<string, unknown>;
}

describe('values', () => {
  test('need a public URL and the name of a Secret, and nothing else', async () => {
    expect((await faultsOf(await defaults())).sort()).toEqual(['/publicUrl pattern', '/secretName pattern']);
    expect(await faultsOf({ ...(await defaults()), ...GIVEN })).toEqual([]);
  });

  test.each<[string, Values]>([
    ['a public URL without TLS', { publicUrl: 'http://masker.example.org' }],
    ['a key that the chart does not have', { replicaCount: 3 }],
    ['no replica', { replicas: 0 }],
    ['a secret in the environment', { env: { MASKER_SIGNING_KEY: 'x' } }],
    ['a token key in the environment', { env: { MASKER_KEY_K_CLINIC: 'x' } }],
    ['a provider key in the environment', { env: { MASKER_UPSTREAM_GROQ_API_KEY: 'x' } }],
    ['headers of a receiver of traces in the environment', { env: { OTEL_EXPORTER_OTLP_HEADERS: 'x' } }],
    ['a variable of another program', { env: { PATH: '/bin' } }],
  ])('refuse %s', async (_name, values) => {
    expect(await faultsOf({ ...(await defaults()), ...GIVEN, ...values })).not.toEqual([]);
  });

  test('take settings that are no secrets', async () => {
    const env = { MASKER_OPENAI_BASE_URL: 'https://llm', MASKER_KEY_ROTATION_GRACE_DAYS: 7, OTEL_SERVICE_NAME: 'desk' };
    expect(await faultsOf({ ...(await defaults()), ...GIVEN, env })).toEqual([]);
  });

  test('are each used by a template, and templates use no other', async () => {
    const values = await defaults();
    const names = [...(await templates()), '_names.tpl'];
    const text = (await Promise.all(names.map((name) => file(`templates/${name}`)))).join('\n');
    const used = [...text.matchAll(/\.Values\.([\w.]+)/g)].map(([, at = '']) => at);
    for (const at of used) {
      const [first = '', second] = at.split('.');
      expect(Object.keys(values), at).toContain(first);
      if (second !== undefined) expect(Object.keys(values[first] as object), at).toContain(second);
    }
    for (const [name, value] of Object.entries(values)) {
      const parts = typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.keys(value) : [];
      const whole = used.includes(name);
      if (parts.length === 0 || whole) expect(whole, name).toBe(true);
      else for (const part of parts) expect(used, `${name}.${part}`).toContain(`${name}.${part}`);
    }
  });
});

describe('templates', () => {
  test('are YAML, open and close their blocks, and include what is defined', async () => {
    const defined = [...(await file('templates/_names.tpl')).matchAll(/define "([\w.]+)"/g)].map(([, name]) => name);
    for (const name of await templates()) {
      const text = await file(`templates/${name}`);
      expect(await outlineOf(name), name).toHaveProperty('kind');
      const count = (pattern: RegExp): number => [...text.matchAll(pattern)].length;
      expect(count(/\{\{-? (?:if|range) /g), name).toBe(count(/\{\{-? end \}\}/g));
      for (const [, included] of text.matchAll(/include "([\w.]+)"/g)) expect(defined, name).toContain(included);
    }
    expect((await Promise.all((await templates()).map(outlineOf))).map(({ kind }) => kind).sort()).toEqual(
      ['Deployment', 'Job', 'NetworkPolicy', 'PodDisruptionBudget', 'Service', 'ServiceAccount'].sort(),
    );
  });

  test('run pods without privileges, with secrets as mounted files and in no variable', async () => {
    const names = await file('templates/_names.tpl');
    for (const line of [
      'runAsNonRoot: true',
      'readOnlyRootFilesystem: true',
      'allowPrivilegeEscalation: false',
      'drop: [ALL]',
    ])
      expect(names).toContain(line);
    for (const name of ['deployment.yaml', 'migrate.yaml']) {
      const text = await file(`templates/${name}`);
      expect(text).toContain('include "masker.podSecurity"');
      expect(text).toContain('include "masker.containerSecurity"');
      expect(text).not.toMatch(/secretKeyRef|envFrom/);
      expect(text).toContain('secretName: {{ .Values.secretName }}');
      expect(text).toMatch(/name: CREDENTIALS_DIRECTORY\n\s+value: \/run\/secrets\/masker\n/);
      // 0440 in the decimals that JSON has.
      expect(text).toContain(`defaultMode: 288`);
    }
  });

  test('probe the addresses that the server has, and migrate before an upgrade', async () => {
    const { spec } = (await outlineOf('deployment.yaml')) as {
      spec: { template: { spec: { containers: Record<string, { httpGet: { path: string } }>[] } } };
    };
    const [container] = spec.template.spec.containers;
    expect(container?.['livenessProbe']?.httpGet.path).toBe('/livez');
    expect(container?.['startupProbe']?.httpGet.path).toBe('/livez');
    expect(container?.['readinessProbe']?.httpGet.path).toBe('/readyz');
    const job = await outlineOf('migrate.yaml');
    expect(job).toMatchObject({ metadata: { annotations: { 'helm.sh/hook': 'pre-install,pre-upgrade' } } });
    expect(await file('templates/migrate.yaml')).toContain('args: [migrate]');
  });
});
