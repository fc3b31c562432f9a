/** Reads the documents of a folder, and says of each fault where it is: file, document, line, field. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { isNode, LineCounter, parseAllDocuments, stringify, visit } from 'yaml';
import type { Document } from 'yaml';
import type { z } from 'zod';
import { errorCode } from '../../../platform/error-code.ts';
import { CommandFailure, EXIT } from '../client/command-failure.ts';
import { DOCUMENT } from './specs.ts';
import type { AgentSpec, Declared, Kind } from './specs.ts';

/** Where a document is. */
export interface Place {
  readonly file: string;
  /** Its number in the file, from 1. */
  readonly document: number;
  readonly line: number;
}

/** A document with everything that it names read in, as the API takes it. */
export interface Wanted {
  readonly kind: Kind;
  readonly name: string;
  readonly place: Place;
  /** Fields as REST names them. Secrets are apart. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** Secrets of `caller_auth`, by way. Never printed. */
  readonly secrets: Readonly<Record<string, string>>;
}

export interface Fault {
  readonly place: Place;
  /** Dotted: `spec.caller_auth.header`; empty for the document itself. */
  readonly field: string;
  readonly message: string;
}

export interface Read {
  readonly wanted: readonly Wanted[];
  readonly faults: readonly Fault[];
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads every `*.yaml` of the folder, or the one file. Throws CommandFailure where there is none. */
export async function readDocuments(from: string, env: Environment): Promise<Read> {
  const wanted: Wanted[] = [];
  const faults: Fault[] = [];
  for (const file of await filesOf(from)) {
    const lines = new LineCounter();
    const documents = parseAllDocuments(await text(file), { lineCounter: lines, version: '1.2' });
    for (const [at, document] of (Array.isArray(documents) ? documents : []).entries()) {
      const reading = await readDocument(document, { file, document: at + 1, lines, env });
      if ('faults' in reading) faults.push(...reading.faults);
      else wanted.push(reading.wanted);
    }
  }
  return { wanted, faults: [...faults, ...twins(wanted)] };
}

async function filesOf(from: string): Promise<string[]> {
  if (from.endsWith('.yaml')) return [from];
  const names = await readdir(from).catch((error: unknown) => {
    throw new CommandFailure(EXIT.usage, `${from} cannot be read (${errorCode(error) ?? 'unknown error'})`);
  });
  const files = names.filter((name) => name.endsWith('.yaml')).sort();
  if (files.length === 0) throw new CommandFailure(EXIT.usage, `${from} has no file *.yaml`);
  return files.map((name) => path.join(from, name));
}

async function text(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((error: unknown) => {
    throw new CommandFailure(EXIT.generic, `${file} cannot be read (${errorCode(error) ?? 'unknown error'})`);
  });
}

interface Reading {
  readonly file: string;
  readonly document: number;
  readonly lines: LineCounter;
  readonly env: Environment;
}

async function readDocument(
  document: Document.Parsed,
  reading: Reading,
): Promise<{ wanted: Wanted } | { faults: readonly Fault[] }> {
  const { file, lines, env } = reading;
  const lineAt = (offset: number): number => lines.linePos(offset).line;
  const placeAt = (offset: number): Place => ({ file, document: reading.document, line: lineAt(offset) });
  const start = placeAt(document.contents?.range[0] ?? document.range[0]);
  if (document.errors.length > 0)
    return {
      faults: document.errors.map(({ pos, code }) => ({
        place: placeAt(pos[0]),
        field: '',
        message: `not YAML (${code})`,
      })),
    };
  const alias = firstAlias(document);
  if (alias !== null)
    return {
      faults: [{ place: placeAt(alias.at), field: '', message: `*${alias.name} is an alias: write its value here` }],
    };
  const read = DOCUMENT.safeParse(document.toJS());
  if (!read.success)
    return {
      faults: read.error.issues
        .flatMap((issue) => issuesOf(issue, []))
        .map(({ path: at, message }) => ({
          place: placeAt(offsetOf(document, at) ?? document.contents?.range[0] ?? 0),
          field: at.join('.'),
          message,
        })),
    };
  try {
    return { wanted: { ...(await complete(read.data, path.dirname(file), env)), place: start } };
  } catch (error) {
    if (!(error instanceof FieldFault)) throw error;
    return {
      faults: [
        { place: placeAt(offsetOf(document, error.path) ?? 0), field: error.path.join('.'), message: error.message },
      ],
    };
  }
}

/** Aliases are refused: a few of them can stand for a text of any size. */
function firstAlias(document: Document.Parsed): { readonly at: number; readonly name: string } | null {
  let found: { readonly at: number; readonly name: string } | null = null;
  visit(document, {
    Alias: (_key, { range, source }) => {
      found = { at: range?.[0] ?? 0, name: source };
      return visit.BREAK;
    },
  });
  return found;
}

type Path = readonly (string | number)[];

/** One issue per unknown key, with the key in its path: that is where the line is. */
function issuesOf(issue: z.core.$ZodIssue, above: Path): { path: Path; message: string }[] {
  const at = [...above, ...issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step))];
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({ path: [...at, key], message: 'is not a field of this kind' }));
  return [{ path: at, message: issue.message }];
}

function offsetOf(document: Document.Parsed, at: Path): number | null {
  for (let length = at.length; length > 0; length -= 1) {
    const node: unknown = document.getIn(at.slice(0, length), true);
    if (isNode(node) && node.range !== null && node.range !== undefined) return node.range[0];
  }
  return null;
}

class FieldFault extends Error {
  readonly path: Path;
  constructor(at: Path, message: string) {
    super(message);
    this.path = at;
  }
}

async function complete(declared: Declared, folder: string, env: Environment): Promise<Omit<Wanted, 'place'>> {
  const { kind, metadata, spec } = declared;
  const named = async (file: string, at: Path): Promise<string> =>
    readFile(path.resolve(folder, file), 'utf8').catch((error: unknown) => {
      throw new FieldFault(at, `the file cannot be read (${errorCode(error) ?? 'unknown error'})`);
    });
  switch (kind) {
    case 'Agent':
      return { kind, name: metadata.name, ...(await agentFields(metadata.name, spec, named, env)) };
    case 'Policy': {
      const { policy_yaml: given, policy_file: file, ...keys } = spec;
      const yaml =
        given ??
        (file === undefined ? stringify({ name: metadata.name, ...keys }) : await named(file, ['spec', 'policy_file']));
      return { kind, name: metadata.name, fields: { policy_yaml: yaml }, secrets: {} };
    }
    case 'Webhook':
    case 'Retention':
      return { kind, name: metadata.name, fields: spec, secrets: {} };
  }
}

type ReadNamed = (file: string, at: Path) => Promise<string>;

async function agentFields(
  name: string,
  spec: AgentSpec,
  named: ReadNamed,
  env: Environment,
): Promise<Pick<Wanted, 'fields' | 'secrets'>> {
  const { policy_file: file, caller_auth: auth, ...rest } = spec;
  const fields = {
    name,
    ...rest,
    ...(file === undefined ? {} : { policy_yaml: await named(file, ['spec', 'policy_file']) }),
  };
  if (auth === undefined || auth === null)
    return { fields: auth === undefined ? fields : { ...fields, caller_auth: null }, secrets: {} };
  const secrets: Record<string, string> = {};
  const ways: Record<string, unknown> = { ...auth };
  for (const way of ['signature', 'shared_secret'] as const) {
    const settings = auth[way];
    if (settings === undefined || settings === null) continue;
    const { secret_env: variable, secret_file: secretFile, ...shown } = settings;
    const at = ['spec', 'caller_auth', way];
    const secret =
      variable !== undefined
        ? env[variable]
        : secretFile === undefined
          ? null
          : (await named(secretFile, [...at, 'secret_file'])).trim();
    if (secret === undefined || secret === '') throw new FieldFault(at, `its secret is empty or not set`);
    if (secret !== null) secrets[way] = secret;
    ways[way] = shown;
  }
  return { fields: { ...fields, caller_auth: ways }, secrets };
}

/** Two documents for one object. */
function twins(wanted: readonly Wanted[]): Fault[] {
  const seen = new Map<string, Place>();
  return wanted.flatMap((each) => {
    const key = identityOf(each);
    const first = seen.get(key);
    if (first === undefined) {
      seen.set(key, each.place);
      return [];
    }
    return [{ place: each.place, field: 'metadata.name', message: `is declared before: ${first.file}:${first.line}` }];
  });
}

/** What an object is known by: a webhook by its URL, the one retention by its kind, any other by its name. */
export function identityOf({ kind, name, fields }: Pick<Wanted, 'kind' | 'name' | 'fields'>): string {
  switch (kind) {
    case 'Webhook':
      return `${kind} ${new URL(String(fields['url'])).href}`;
    case 'Retention':
      return kind;
    case 'Agent':
    case 'Policy':
      return `${kind} ${name}`;
  }
}

/** `file:line: document 2, spec.upstream: message` */
export function faultLine({ place, field, message }: Fault): string {
  return `${place.file}:${place.line}: document ${place.document}${field === '' ? '' : `, ${field}`}: ${message}`;
}
