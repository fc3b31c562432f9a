import FhirJsonSchemaValidator from '@asymmetrik/fhir-json-schema-validator';
import fc from 'fast-check';
import { Fhir } from 'fhir';
import { expect, test } from 'vitest';
import { fhirBundle } from '../../../../src/reports/faces/fhir.ts';
import { facedEntries } from './faced-entries.ts';

interface Detail {
  readonly type: string;
  readonly valueString: string;
}
interface Bundle {
  readonly entry?: readonly {
    readonly resource: {
      readonly resourceType: string;
      readonly recorded: string;
      readonly entity: readonly { readonly detail?: readonly Detail[] }[];
      readonly extension?: readonly { readonly valueString: string }[];
      readonly target?: readonly { readonly identifier: { readonly value: string } }[];
    };
  }[];
}

const schema = new FhirJsonSchemaValidator();
const profiles = new Fhir();

test('every bundle holds to the FHIR R4 schema and to the R4 profiles, with hostile texts in every kind of entry', () => {
  fc.assert(
    fc.property(facedEntries, (entries) => {
      const bundle = JSON.parse(fhirBundle(entries, '1.2.3')) as Bundle;
      expect(schema.validate(bundle)).toEqual([]);
      const { messages } = profiles.validate(bundle, { errorOnUnexpected: true });
      expect(messages.filter(({ severity }) => !['warning', 'information'].includes(String(severity)))).toEqual([]);
    }),
    { numRuns: 50 },
  );
});

test('each entry has an AuditEvent with its leaf hash and all of its members, each request that left a Provenance', () => {
  fc.assert(
    fc.property(facedEntries, (entries) => {
      const { entry: bundled = [] } = JSON.parse(fhirBundle(entries, '1.2.3')) as Bundle;
      const resources = bundled.map(({ resource }) => resource);
      const events = resources.filter(({ resourceType }) => resourceType === 'AuditEvent');
      expect(events.map(({ recorded }) => recorded)).toEqual(entries.map(({ entry }) => entry.ts));
      entries.forEach(({ entry, body, leafHash }, at) => {
        const details = new Map(events[at]?.entity[0]?.detail?.map(({ type, valueString }) => [type, valueString]));
        expect(details.get('leaf_hash')).toBe(leafHash);
        expect(details.get('seq')).toBe(String(entry.seq));
        const members = JSON.parse(body) as Record<string, unknown>;
        expect(details.get('this_hash')).toBe(members['this_hash']);
        if (entry.kind === 'redaction') expect(details.get('span')).toBe(JSON.stringify(entry.span));
      });
      const forwarded = entries.flatMap(({ entry, leafHash }) =>
        entry.kind === 'turn_forwarded' ? [[entry.request_sha256, leafHash]] : [],
      );
      const provenances = resources.filter(({ resourceType }) => resourceType === 'Provenance');
      expect(
        provenances.map(({ target, extension }) => [target?.[0]?.identifier.value, extension?.[0]?.valueString]),
      ).toEqual(forwarded);
    }),
  );
});

test('an empty journal is a Bundle without entries', () => {
  expect(JSON.parse(fhirBundle([], '1.2.3'))).toEqual({ resourceType: 'Bundle', type: 'collection' });
});
