/** The parts of packages without types that these tests use. */
declare module '@asymmetrik/fhir-json-schema-validator' {
  export default class FhirJsonSchemaValidator {
    /** Returns the errors of ajv 6; empty for a valid resource. */
    validate(resource: unknown): readonly unknown[];
  }
}

declare module 'nsyslog-parser' {
  export default function parse(
    line: string,
    options: { readonly fields: boolean },
  ): {
    readonly type: string;
    readonly cef: Readonly<Record<string, string>>;
    readonly fields: Readonly<Record<string, string>>;
  };
}
