/**
 * The portal's operations as typed documents: each `queries.graphql` below src/portal/app becomes a `queries.generated.ts`
 * beside it. An operation that the schema does not have is an error here.
 */
import { readdir, readFile } from 'node:fs/promises';
import { codegen } from '@graphql-codegen/core';
import * as operationTypes from '@graphql-codegen/typescript-operations';
import {
  Kind,
  OperationTypeNode,
  parse,
  print,
  printSchema,
  separateOperations,
  stripIgnoredCharacters,
} from 'graphql';
import type { DocumentNode } from 'graphql';
import * as commands from '../src/cli/commands/client/operations.ts';
import { documentHash } from '../src/graphql/persisted-operations.ts';
import { schema } from '../src/graphql/schema.ts';
import type { Contract } from './contracts.ts';

const APP = new URL('../src/portal/app/', import.meta.url);

/** How the generated types of an operation end. */
const SUFFIXES: Readonly<Record<OperationTypeNode, string>> = {
  query: 'Query',
  mutation: 'Mutation',
  subscription: 'Subscription',
};

/** How the scalars of the schema arrive as JSON. */
const SCALARS = { DateTime: 'string', ID: 'string', JSON: 'unknown', SafeInt: 'number' };

/** Returns the generated files with their texts. Rejects where a document does not fit the schema. */
export async function operations(): Promise<Contract[]> {
  const files = await readdir(APP, { recursive: true });
  const documents = files.filter((file) => file.endsWith('.graphql')).sort();
  const sources = await Promise.all(documents.map(async (file) => parse(await readFile(new URL(file, APP), 'utf8'))));
  return [...(await Promise.all(documents.map(generated))), ownOperations(sources)];
}

/** The hashes of what the portal and the commands send, for a server that runs trusted documents alone. */
function ownOperations(sources: readonly DocumentNode[]): Contract {
  const portal = sources.flatMap((source) => Object.values(separateOperations(source)).map(sentText));
  const hashes = [...portal, ...Object.values(commands)].map(documentHash).sort();
  return {
    file: new URL('../src/graphql/own-operations.generated.ts', import.meta.url),
    text: [
      '// Generated from what the portal and the commands send by `npm run schema`.',
      '',
      '/** SHA-256 in hex of the documents that the portal and the commands send. */',
      'export const OWN_OPERATIONS: ReadonlySet<string> = new Set([',
      ...[...new Set(hashes)].map((hash) => `  '${hash}',`),
      ']);',
      '',
    ].join('\n'),
  };
}

/** The text of an operation as the portal sends it. */
function sentText(operation: DocumentNode): string {
  return stripIgnoredCharacters(print(operation));
}

async function generated(name: string): Promise<Contract> {
  const source = new URL(name, APP);
  const document = parse(await readFile(source, 'utf8'));
  const types = await codegen({
    filename: `${source.pathname}.ts`,
    schema: parse(printSchema(schema)),
    schemaAst: schema,
    documents: [{ location: source.pathname, document }],
    config: {
      enumType: 'string-literal',
      scalars: SCALARS,
      arrayInputCoercion: false,
      skipTypename: true,
      immutableTypes: true,
      strictScalars: true,
    },
    plugins: [{ types: {} }],
    pluginMap: { types: operationTypes },
  });
  const depth = '../'.repeat(name.split('/').length - 1);
  return {
    file: new URL(name.replace(/\.graphql$/, '.generated.ts'), APP),
    text: [
      `// Generated from ${name.split('/').at(-1) ?? name} by \`npm run schema\`.`,
      `import { operation } from '${depth}api/operation.ts';`,
      types.trim(),
      ...constants(document),
      '',
    ].join('\n\n'),
  };
}

/** Returns a typed constant for each operation, which is named after it. */
function constants(document: DocumentNode): string[] {
  return Object.entries(separateOperations(document)).map(([name, separate]) => {
    const found = separate.definitions.find((each) => each.kind === Kind.OPERATION_DEFINITION);
    const suffix = SUFFIXES[found?.operation ?? OperationTypeNode.QUERY];
    const text = JSON.stringify(sentText(separate));
    const variable = name.charAt(0).toLowerCase() + name.slice(1);
    return `export const ${variable}Operation = operation<${name}${suffix}, ${name}${suffix}Variables>('${name}', ${text});`;
  });
}
