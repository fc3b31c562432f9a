import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { createInterface } from 'node:readline/promises';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ocsfEvent, ocsfLines } from '../../../../src/reports/faces/ocsf.ts';
import { OCSF_EVENT } from './ocsf-schema.ts';
import { facedEntries, facedEntry } from './faced-entries.ts';

const validate = new Ajv2020({ strict: true, strictRequired: false, allErrors: true }).compile(OCSF_EVENT);

test('every event holds to the schema of its OCSF class, with hostile texts in every kind of entry', () => {
  fc.assert(
    fc.property(facedEntry, (faced) => {
      const event = JSON.parse(JSON.stringify(ocsfEvent(faced, '1.2.3'))) as unknown;
      validate(event);
      expect(validate.errors ?? []).toEqual([]);
    }),
  );
});

test('the schema of the test refuses an event without a required attribute, or with a type_uid of another class', () => {
  fc.assert(
    fc.property(facedEntry, fc.constantFrom('time', 'metadata', 'type_uid', 'severity_id'), (faced, missing) => {
      const event = { ...ocsfEvent(faced, '1.2.3') };
      expect(validate({ ...event, type_uid: 300_201 })).toBe(false);
      expect(validate({ ...event, [missing]: undefined })).toBe(false);
    }),
    { numRuns: 20 },
  );
});

test('each event leads back to its entry: the leaf hash is that of the text in raw_data', () => {
  fc.assert(
    fc.property(facedEntry, (faced) => {
      const { raw_data, unmapped, metadata } = ocsfEvent(faced, '1.2.3') as {
        raw_data: string;
        unmapped: { leaf_hash: string; entry: unknown };
        metadata: { uid: string; sequence: number };
      };
      const hash = createHash('sha256').update('\0').update(raw_data, 'utf8').digest('hex');
      expect(unmapped).toEqual({ leaf_hash: hash, entry: JSON.parse(faced.body) as unknown });
      expect(metadata).toMatchObject({ uid: faced.entry.event_id, sequence: faced.entry.seq });
    }),
  );
});

test('the lines are read back by a line reader and by splitting at line feeds, one event each', async () => {
  await fc.assert(
    fc.asyncProperty(facedEntries, async (entries) => {
      const text = ocsfLines(entries, '1.2.3');
      const events = entries.map((faced) => JSON.parse(JSON.stringify(ocsfEvent(faced, '1.2.3'))) as unknown);
      const read: unknown[] = [];
      for await (const line of createInterface({ input: Readable.from([Buffer.from(text)]) }))
        read.push(JSON.parse(line));
      expect(read).toEqual(events);
      expect(
        text
          .split('\n')
          .slice(0, -1)
          .map((line) => JSON.parse(line) as unknown),
      ).toEqual(events);
    }),
    { numRuns: 50 },
  );
});
