import { lexicographicSortSchema, printSchema } from 'graphql';
import { schema } from '../src/graphql/schema.ts';
import { openApiDocument } from '../src/rest/openapi.ts';
import { ROUTES } from '../src/rest/route-table.ts';

/** A committed contract: where it lies, and what the code says that it is. */
export interface Contract {
  readonly file: URL;
  readonly text: string;
}

/** The contracts of the API. */
export function contracts(): Contract[] {
  return [
    { file: at('schema.graphql'), text: `${printSchema(lexicographicSortSchema(schema))}\n` },
    { file: at('openapi.json'), text: `${JSON.stringify(openApiDocument(ROUTES), null, 2)}\n` },
  ];
}

function at(name: string): URL {
  return new URL(`../schema/${name}`, import.meta.url);
}
