import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { JsonValue } from '../../../../src/json/json-text.ts';
import { bodyLeaving, documentLeaving, resultLeaving } from './json-call.ts';

// Properties run the whole detection hundreds of times.
vi.setConfig({ testTimeout: 60_000 });

describe('a value under the key of a person', () => {
  it.each<[string, JsonValue, JsonValue]>([
    [
      'first and last of a patient',
      { patient: { first: 'Chase', last: 'Banks' } },
      { patient: { first: '<NAME>', last: '<NAME>' } },
    ],
    [
      'a list of given names',
      { given: ['Will', 'Hope'], family: 'Price' },
      { given: ['<NAME>', '<NAME>'], family: '<NAME>' },
    ],
    ['names that are short words', { lastName: 'Le', firstName: 'An' }, { lastName: '<NAME>', firstName: '<NAME>' }],
    ['a role with a name', { guarantor: 'Price, Will' }, { guarantor: '<NAME>' }],
    ['a role in the plural', { patients: ['Rose Vang', 'Will Price'] }, { patients: ['<NAME>', '<NAME>'] }],
    ['a name beside a birth date', { name: 'Sky', dob: '2015-03-02' }, { name: '<NAME>', dob: '<DOB>' }],
    ['a caret name', { PatientName: [{ Alphabetic: 'OKAFOR^JANE' }] }, { PatientName: [{ Alphabetic: '<NAME>' }] }],
    ['a city that is a word', { city: 'Mobile', state: 'AL' }, { city: '<ADDRESS>', state: 'AL' }],
    ['a short record number', { mrn: 'A12' }, { mrn: '<MRN>' }],
    ['a short account', { account: '77-1' }, { account: '<ACCOUNT>' }],
    ['last four digits', { ssn_last4: 2280, last4: '2280' }, { ssn_last4: '<SSN>', last4: '<SSN>' }],
    ['a date that makes no sense', { dateOfBirth: '0230-09-18T00:00:00.000Z' }, { dateOfBirth: '<DOB>' }],
    ['a value beside its name', { field: 'last_name', value: 'Price' }, { field: 'last_name', value: '<NAME>' }],
    ['groups of a number', { ssn: ['519', '44', '2280'] }, { ssn: ['<SSN>'] }],
    [
      'parts of a telephone number',
      { phone: { area: '520', exchange: '555', suffix: '0139' } },
      { phone: { area: '<PHONE>', exchange: '<PHONE>', suffix: '<PHONE>' } },
    ],
    [
      'parts of a date',
      { dob: { year: 1982, month: 3, day: 14 } },
      { dob: { year: 1982, month: '<DOB>', day: '<DOB>' } },
    ],
    [
      'coordinates of a home',
      { address: { lat: 34.0522, lng: -118.2437 } },
      { address: { lat: '<ADDRESS>', lng: '<ADDRESS>' } },
    ],
  ])('is masked: %s', (_, document, leaving) => {
    expect(documentLeaving(document)).toEqual(leaving);
  });

  it.each<[string, JsonValue]>([
    ['words where no name is known', { firstName: 'N/A', lastName: 'unknown', patient: 'new' }],
    ['templates', { first_name: '{{first_name}}', mrn: '${mrn}' }],
    ['names of things', { name: 'NM1', medications: [{ name: 'Lisinopril', dose: '10 mg' }] }],
    ['a cursor', { first: 1, last: 10 }],
    ['a year', { dob: '1982', birthYear: 1982 }],
    [
      'states and counts of values',
      { phone_count: 3, account_status: 'active', address_type: 'home', ssn_verified: true },
    ],
    ['a place that is open to the public', { clinics: [{ name: 'Harbor Clinic', department: 'Cardiology' }] }],
    ['a department under a telephone', { phone: { area: 'sales', use: 'work' }, area: '520 acres' }],
    ['a title of a program', { name: 'get_patient', arguments: { limit: 5 } }],
  ])('stays where it is none: %s', (_, document) => {
    expect(documentLeaving(document)).toEqual(document);
  });

  it('is masked in top-level fields and metadata of a request', () => {
    const { messages: _, ...fields } = bodyLeaving({
      messages: [{ role: 'user', content: 'hi' }],
      patientName: 'Will Price',
      first_name: 'Hope',
      metadata: { patientName: 'May Chen', version: 1, patient: { first: 'Chase', last: 'Banks' } },
    });
    expect(fields).toEqual({
      patientName: '<NAME>',
      first_name: '<NAME>',
      metadata: { patientName: '<NAME>', version: 1, patient: { first: '<NAME>', last: '<NAME>' } },
    });
  });

  it('is masked in rows by the heads of their columns', () => {
    expect(
      documentLeaving({ columns: ['last_name', 'first_name', 'mrn', 'room'], rows: [['Price', 'Will', '88213', 12]] }),
    ).toEqual({ columns: ['last_name', 'first_name', 'mrn', 'room'], rows: [['<NAME>', '<NAME>', '<MRN>', 12]] });
    expect(
      documentLeaving([
        ['last_name', 'mrn'],
        ['Le', 'A12'],
        ['An', 'B7'],
      ]),
    ).toEqual([
      ['last_name', 'mrn'],
      ['<NAME>', '<MRN>'],
      ['<NAME>', '<MRN>'],
    ]);
  });

  const words = ['Will', 'Hope', 'May', 'An', 'Le', 'Chase', 'Mobile', 'Young', 'See', 'Rose', 'Grant', 'Do', 'Zyx'];
  const nameKeys = [
    'first_name',
    'lastName',
    'full-name',
    'Patient Name',
    'middleName',
    'preferredName',
    'maiden_name',
    'guarantor_name',
  ];

  it('is masked whatever word it is, however the key is written and however deep it lies', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...nameKeys),
        fc.constantFrom(...words),
        fc.array(fc.constantFrom('data', 'result', 'items', 'x'), { maxLength: 4 }),
        fc.boolean(),
        (key, word, path, listed) => {
          const inner: JsonValue = { [key]: listed ? [word] : word };
          const document = path.reduce<JsonValue>((below, name) => ({ [name]: below }), inner);
          expect(JSON.stringify(documentLeaving(document))).not.toContain(`"${word}"`);
        },
      ),
      { seed: 41, numRuns: 150 },
    );
  });
});

describe('a JSON number', () => {
  it.each([
    '{"balance_cents":4250,"total_count":125000,"duration_ms":183000,"start":1764858600}',
    '{"ratio":0.30000000000000004,"distance_miles":2.3456789,"x":1.50}',
    '{"n":180,"limit":100000,"created_at":1764858600123,"size":104857600}',
    '{"label":"Ferritin","value":1234567,"unit":"ng/mL"}',
    '{"age":45,"max_age":3600,"year":2026,"scores":[5,1,9,4,4,2,2,8,0]}',
    '{"usage":{"total_tokens":1250000},"status":404,"retries":3}',
  ])('leaves byte for byte where it is a quantity: %s', (text) => {
    expect(resultLeaving(text)).toBe(text);
  });

  it.each<[string, JsonValue, JsonValue]>([
    [
      'under the key of an identifier',
      { mrn: 88213, zip: 85353, phone: 4155550132 },
      { mrn: '<MRN>', zip: '<ADDRESS>', phone: '<PHONE>' },
    ],
    ['as long as a telephone number, under no key that says what it is', { x: 4155550132 }, { x: '<PHONE>' }],
    ['an age over 89', { ageYears: 93 }, { ageYears: '<AGE>' }],
    ['an age over 89 beside its unit', { age: { value: 93, unit: 'a' } }, { age: { value: '<AGE>', unit: 'a' } }],
    ['an age over 89 in months', { age: { value: 1100, unit: 'mo' } }, { age: { value: '<AGE>', unit: 'mo' } }],
  ])('becomes a token %s', (_, document, leaving) => {
    expect(documentLeaving(document)).toEqual(leaving);
  });

  it('of the call is masked where all of a long number is it, also under a key of counts', () => {
    const said = 'my medical record number is 7731942';
    expect(resultLeaving('{"total":7731942,"count":7731943}', said)).toBe('{"total":"<MRN>","count":7731943}');
  });

  it('stays whatever quantity it is under, and becomes a token under any identifier', () => {
    const quantities = [
      'total_count',
      'balanceCents',
      'durationMs',
      'size-bytes',
      'price',
      'distance_miles',
      'retries',
    ];
    const identifiers = ['mrn', 'memberId', 'account_number', 'ssn', 'phone', 'policyNumber', 'claim_number'];
    fc.assert(
      fc.property(
        fc.constantFrom(...quantities),
        fc.constantFrom(...identifiers),
        fc.oneof(fc.integer({ min: 0, max: 9_999_999 }), fc.double({ min: 0, max: 1e6, noNaN: true })),
        fc.integer({ min: 10_000, max: 999_999_999 }),
        (quantity, identifier, amount, number) => {
          fc.pre(String(amount) !== String(number));
          const leaving = documentLeaving({ [quantity]: amount, [identifier]: number });
          expect(leaving).toHaveProperty([quantity], amount);
          expect(leaving).not.toHaveProperty([identifier], number);
        },
      ),
      { seed: 42, numRuns: 100 },
    );
  });
});

describe('a key', () => {
  it.each([
    '{"1":"yes","2":"no"}',
    '{"1":"IL","2":"1"}',
    '{"8":"MI"}',
    '{"error_codes":{"401":"unauthorized","404":"missing"}}',
    '{"1-1":"x","NM1":"y","2010BA":"z"}',
  ])('that is a position or a code stays: %s', (text) => {
    expect(resultLeaving(text)).toBe(text);
  });

  it('that is a tag or an element stays, and its value is masked', () => {
    expect(resultLeaving('{"PID.7":"19800229"}')).toMatch(/^\{"PID\.7":"<[A-Z_]+>"\}$/);
    expect(resultLeaving('{"00100010":{"vr":"PN","Value":[{"Alphabetic":"OKAFOR^JANE^Q"}]}}')).toBe(
      '{"00100010":{"vr":"PN","Value":[{"Alphabetic":"<NAME>"}]}}',
    );
  });

  it('that holds a value is masked', () => {
    expect(documentLeaving({ '415-555-0132': 'home' })).toEqual({ '<PHONE>': 'home' });
    expect(resultLeaving('{"jane@x.example.com":true}')).not.toMatch(/jane|example/);
  });
});

describe('values in pieces', () => {
  it.each<[string, JsonValue, JsonValue]>([
    ['keypad digits', { digits: Array.from('4155550132') }, { digits: ['<OTHER_ID>'] }],
    ['digits as numbers', { ssn_digits: [5, 1, 9, 4, 4, 2, 2, 8, 0] }, { ssn_digits: ['<SSN>'] }],
    ['a short code that was pressed', { dtmf: ['4', '4', '7', '1', '#'] }, { dtmf: ['<OTHER_ID>'] }],
    ['keys in one text', { dtmf: '9,7,7,0,1,#' }, { dtmf: '<OTHER_ID>' }],
    ['keys in one text without marks', { digits_pressed: '97701' }, { digits_pressed: '<OTHER_ID>' }],
    ['a choice in a menu, which stays', { dtmf: '2', tones: '12' }, { dtmf: '2', tones: '12' }],
    ['groups under no key that says so', { parts: ['415', '555', '0132'] }, { parts: ['<PHONE>'] }],
  ])('are one value: %s', (_, document, leaving) => {
    expect(documentLeaving(document)).toEqual(leaving);
  });

  it('are all told by one token where each has its own time', () => {
    const events = Array.from('4155550132').map((digit, at) => ({ digit, at: at / 10 }));
    expect(documentLeaving(events)).toEqual(events.map(({ at }) => ({ digit: '<PHONE>', at })));
  });

  it('are words of a transcript, which has them too', () => {
    const said = 'my phone number is nine one nine five five five oh one four seven thanks';
    const words = said.split(' ').map((word, at) => ({ word, start: at / 2 }));
    const leaving = documentLeaving({ transcript: said, words }) as { transcript: string; words: { word: string }[] };
    expect(leaving.transcript).toBe('my phone number is <PHONE> thanks');
    expect(leaving.words.map(({ word }) => word)).toEqual([
      'my',
      'phone',
      'number',
      'is',
      '<PHONE>',
      ...Array<string>(9).fill(''),
      'thanks',
    ]);
  });

  it.each<[string, JsonValue]>([
    ['scores', { scores: [5, 1, 9, 4, 4, 2, 2, 8, 0] }],
    ['a menu', { options: ['1', '2', '3', '4'] }],
    ['readings', { systolic: [120, 118, 131], weights: ['150', '148'] }],
  ])('stay where they are none: %s', (_, document) => {
    expect(documentLeaving(document)).toEqual(document);
  });
});

describe('FHIR', () => {
  it('keeps codes with their system, and masks what is of the patient', () => {
    const document = {
      resourceType: 'Observation',
      code: { coding: [{ system: 'http://loinc.org', code: '4548-4', display: 'Hemoglobin A1c' }], text: 'HbA1c' },
      subject: { reference: 'Patient/88213', display: 'Will Price' },
      effectiveDateTime: '2026-10-02',
      valueQuantity: { value: 7.2, unit: '%', system: 'http://unitsofmeasure.org', code: '%' },
    };
    expect(documentLeaving(document)).toEqual({
      ...document,
      subject: { reference: 'Patient/<MRN>', display: '<NAME>' },
      effectiveDateTime: '<DATE>',
    });
  });

  it('masks a patient by element', () => {
    expect(
      documentLeaving({
        resourceType: 'Patient',
        id: '88213',
        identifier: [
          { system: 'http://hl7.org/fhir/sid/us-ssn', value: '519442280' },
          { type: { coding: [{ code: 'MR' }] }, value: 'A12' },
        ],
        name: [{ use: 'official', family: 'Le', given: ['An', 'Q'] }],
        telecom: [{ system: 'phone', value: '5550132', use: 'home' }],
        gender: 'female',
        birthDate: '1980-02-29',
        address: [{ line: ['1 Main'], city: 'Hope', state: 'AR', postalCode: '71801', country: 'US' }],
      }),
    ).toEqual({
      resourceType: 'Patient',
      id: '<MRN>',
      identifier: [
        { system: 'http://hl7.org/fhir/sid/us-ssn', value: '<SSN>' },
        { type: { coding: [{ code: 'MR' }] }, value: '<MRN>' },
      ],
      name: [{ use: 'official', family: '<NAME>', given: ['<NAME>', '<NAME>'] }],
      telecom: [{ system: 'phone', value: '<PHONE>', use: 'home' }],
      gender: 'female',
      birthDate: '<DOB>',
      address: [{ line: ['<ADDRESS>'], city: '<ADDRESS>', state: 'AR', postalCode: '<ADDRESS>', country: 'US' }],
    });
  });

  it.each<[string, JsonValue]>([
    ['SNOMED', { system: 'http://snomed.info/sct', code: '44054006', display: 'Type 2 diabetes mellitus' }],
    ['RxNorm', { system: 'http://www.nlm.nih.gov/research/umls/rxnorm', code: '860975' }],
    ['ICD', { system: 'http://hl7.org/fhir/sid/icd-10-cm', code: 'G20', display: "Parkinson's disease" }],
    ['a short name', { code_system: 'LOINC', code: '4548-4' }],
    ['keys', { ndc: '0002-8215-01', rxcui: '860975', snomed: '44054006', cpt: '99213', taxonomy: '207Q00000X' }],
  ])('and other JSON keep codes of %s', (_, document) => {
    expect(documentLeaving(document)).toEqual(document);
  });

  it('does not take the number of a person for a code', () => {
    expect(documentLeaving({ system: 'http://hl7.org/fhir/sid/us-ssn', code: '519-44-2280' })).toEqual({
      system: expect.anything() as unknown,
      code: '<SSN>',
    });
  });
});

describe('DICOM', () => {
  it('masks elements of persons by tag and representation, and keeps the others', () => {
    const leaving = documentLeaving({
      '00100010': { vr: 'PN', Value: [{ Alphabetic: 'OKAFOR^JANE^Q' }] },
      '00100020': { vr: 'LO', Value: ['MR77881'] },
      '00101010': { vr: 'AS', Value: ['093Y'] },
      '00100040': { vr: 'CS', Value: ['F'] },
      '00080060': { vr: 'CS', Value: ['MR'] },
      '00280010': { vr: 'US', Value: [512] },
    });
    expect(leaving).toEqual({
      '00100010': { vr: 'PN', Value: [{ Alphabetic: '<NAME>' }] },
      '00100020': { vr: 'LO', Value: ['<MRN>'] },
      '00101010': { vr: 'AS', Value: ['<AGE>'] },
      '00100040': { vr: 'CS', Value: ['F'] },
      '00080060': { vr: 'CS', Value: ['MR'] },
      '00280010': { vr: 'US', Value: [512] },
    });
  });
});

describe('the schema of a tool', () => {
  const properties = (schema: JsonValue): JsonValue => {
    const body = bodyLeaving({
      messages: [{ role: 'user', content: 'my mrn is 7731942' }],
      tools: [{ type: 'function', function: { name: 'save', parameters: { type: 'object', properties: schema } } }],
    });
    const [tool] = body['tools'] as readonly { function: { parameters: { properties: JsonValue } } }[];
    return tool?.function.parameters.properties ?? null;
  };

  it('keeps constants, defaults, enumerations and examples', () => {
    const schema = {
      version: { type: 'number', const: 1 },
      limit: { type: 'integer', default: 30 },
      state: { type: 'string', enum: ['CA', 'TX', 'NY'] },
      location: { enum: ['Main Street Clinic', 'Oxnard', 'Ventura'] },
      number: { type: 'string', examples: ['415-555-0132'] },
    };
    expect(properties(schema)).toEqual(schema);
  });

  it('masks a constant that is a value of the call', () => {
    expect(properties({ x: { const: 7731942 }, y: { enum: ['7731942', '7731943'] } })).toEqual({
      x: { const: '<MRN>' },
      y: { enum: ['<MRN>', '7731943'] },
    });
  });

  it('lets a token stand where a number carries an identifier', () => {
    expect(
      properties({
        mrn: { type: 'integer', minimum: 1 },
        zip: { type: ['number', 'null'] },
        count: { type: 'integer' },
      }),
    ).toEqual({
      mrn: { type: ['integer', 'string'], minimum: 1 },
      zip: { type: ['number', 'null', 'string'] },
      count: { type: 'integer' },
    });
  });
});
