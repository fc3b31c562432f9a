/** Captions, licences, XML, DICOM dumps, forms, SIP and caret names. */
import { describe, expect, it } from 'vitest';
import { expectMarked } from './marked-document.ts';
import { masked, values } from './masked.ts';
import { people } from './people.ts';

const PEOPLE = people(909, 24);

describe('captions', () => {
  const cue = (n: number, words: string): string => `${n}\n{{00:00:0${n},000 --> 00:00:0${n + 1},500}}\n${words}`;

  it('leave index and time lines', () => {
    expectMarked(
      `{{1}}\n{{00:00:01,000 --> 00:00:02,000}}\n{{hello, thank you for calling}}\n\n{{2}}\n{{00:00:03,000 --> 00:00:04,000}}\n{{how can I help}}`,
    );
    expectMarked(
      'WEBVTT\n\n{{00:01.000 --> 00:02.000 align:start}}\n{{hello}}\n\nintro\n{{00:03.000 --> NaN}}\n{{how can I help}}',
    );
  });

  it('mask a number that goes on in the next cue', () => {
    for (const { area, local } of PEOPLE)
      expectMarked(
        [
          cue(1, `my number is [[${area} ${local.slice(0, 3)}]]`),
          cue(2, `[[${local.slice(3)}]]`),
          cue(3, 'thank you'),
        ].join('\n\n'),
      );
  });

  it('mask a number that goes on behind a voice', () => {
    expectMarked(
      'WEBVTT\n\n{{1}}\n{{00:00:01.000 --> 00:00:02.000}}\n{{<v Caller>}}my social is [[519 44]]\n\n{{2}}\n{{00:00:03.000 --> 00:00:04.000}}\n{{<v Caller>}}[[2280]]',
    );
  });

  it('mask a number alone in its cue, and never a time line with it', () => {
    expectMarked(
      '1\n{{00:00:01,000 --> 00:00:02,000}}\ncall me at\n\n2\n{{00:00:03,000 --> 00:00:04,000}}\n[[415-555-0132]]\n\n3\n{{00:00:05,000 --> 00:00:06,000}}\nplease',
    );
  });
});

describe('licence barcodes', () => {
  const elements = [
    ['DAQ', 'T64235789'],
    ['DCS', 'OKAFOR'],
    ['DAC', 'JANE'],
    ['DAD', 'QUINN,ROSE'],
    ['DBB', '02291980'],
    ['DAG', '1 MAIN ST'],
    ['DAH', 'APT 4'],
    ['DAI', 'SALEM'],
    ['DAK', '223140000'],
  ] as const;
  const codes = [
    ['DDE', 'N'],
    ['DBC', '2'],
    ['DAY', 'BRO'],
    ['DAU', '068 in'],
    ['DAJ', 'VA'],
    ['DCG', 'USA'],
  ] as const;
  const marked = [
    ...elements.map(([id, value]) => `[[${id}${value}]]`),
    ...codes.map(([id, value]) => `{{${id}${value}}}`),
  ];

  it.each(['\n', '\r\n', '\\n', '\r', ' | '])('mask the values of a person and leave codes, parted by %j', (end) => {
    expectMarked(`@${end}{{ANSI 636000080002DL00410288ZV03190008}}DL${marked.join(end)}`);
    expectMarked(marked.join(end));
  });

  it('mask elements that are glued together', () => {
    expectMarked(marked.join(''));
  });

  it('have tokens for the value without its element', () => {
    expect(values('DAQT64235789\nDCSOKAFOR\nDACJANE')).toEqual(['T64235789', 'OKAFOR', 'JANE']);
  });

  it('are none in words that begin like an element', () => {
    const text = 'DADDY called about DACA and the DAILY dose';
    expect(masked(text)).toBe(text);
  });
});

describe('XML', () => {
  it('masks C-CDA by element name and leaves codes', () => {
    for (const p of PEOPLE)
      expectMarked(
        `<recordTarget><patientRole><id extension="[[${p.record}]]" root="{{2.16.840.1.113883.19.5}}"/><addr use="{{HP}}"><streetAddressLine>[[${p.street}]]</streetAddressLine><city>[[${p.city}]]</city><state>{{${p.state}}}</state><postalCode>[[${p.zip}]]</postalCode></addr>` +
          `<telecom value="tel:[[+1(${p.area})555-0132]]" use="{{HP}}"/><patient><name><given>[[${p.given}]]</given><given>[[${p.middle}]]</given><family>[[${p.family}]]</family></name><administrativeGenderCode code="{{F}}" codeSystem="{{2.16.840.1.113883.5.1}}"/><birthTime value="[[${p.born}]]"/></patient></patientRole></recordTarget>` +
          '<value xsi:type="{{CD}}" code="{{44054006}}" codeSystem="{{2.16.840.1.113883.6.96}}" displayName="{{Type 2 diabetes}}"/>',
      );
  });

  it('masks elements and attributes by their names, whatever the namespace', () => {
    for (const p of PEOPLE)
      expectMarked(
        `<soap:Body><ns:FirstName>[[${p.given}]]</ns:FirstName><LastName>[[${p.family}]]</LastName><patient><name>[[${p.given} ${p.family}]]</name></patient><Member memberId="[[${p.member}]]" dob="[[${p.born}]]" status="active"/><facility><name>General Hospital</name></facility></soap:Body>`,
      );
  });

  it('masks HL7 v2 in its XML encoding by component, and leaves codes and results', () => {
    for (const p of PEOPLE)
      expectMarked(
        `<PID><PID.3><CX.1>[[${p.record}]]</CX.1><CX.5>MR</CX.5></PID.3><PID.5><XPN.1><FN.1>[[${p.family}]]</FN.1></XPN.1><XPN.2>[[${p.given}]]</XPN.2></PID.5><PID.7><TS.1>[[${p.born}]]</TS.1></PID.7><PID.8>{{F}}</PID.8>` +
          `<PID.11><XAD.1><SAD.1>[[${p.street}]]</SAD.1></XAD.1><XAD.3>[[${p.city}]]</XAD.3><XAD.5>[[${p.zip}]]</XAD.5></PID.11></PID><OBX.3><CE.1>{{2345-7}}</CE.1></OBX.3><OBX.5>{{142}}</OBX.5>`,
      );
  });

  it('undoes references in values', () => {
    expect(values('<family>O&apos;Neal</family>')).toEqual(["O'Neal"]);
  });

  it('leaves the markup of speech to the words', () => {
    expect(masked('<speak>Hello <break time="300ms"/> how <prosody rate="slow">are</prosody> you</speak>')).toBe(
      '<speak>Hello <break time="300ms"/> how <prosody rate="slow">are</prosody> you</speak>',
    );
  });
});

describe('DICOM dumps', () => {
  it('mask elements of a patient and leave codes', () => {
    for (const p of PEOPLE)
      expectMarked(
        `(0008,0060) CS [{{CT}}]                     #   2, 1 Modality\n(0010,0010) PN [[[${p.family}]]^[[${p.given}]]^[[${p.middle}]]]   #  12, 1 PatientName\n(0010,0020) LO [[[MR${p.record}]]]  # 8, 1 PatientID\n(0010,0030) DA [[[${p.born}]]] # 8, 1 PatientBirthDate\n(0010,0040) CS [{{F}}]`,
      );
  });

  it('mask what pydicom prints', () => {
    expectMarked(
      "(0010, 0010) Patient's Name                      PN: '[[OKAFOR]]^[[JANE]]'\n(0010, 0020) Patient ID                          LO: '[[MR77881]]'\n(0010, 1010) Patient's Age                       AS: '[[093Y]]'",
    );
  });

  it('mask keywords with their values', () => {
    expectMarked(
      'PatientName: [[OKAFOR]]^[[JANE]]\nPatientID: [[MR77881]]\nPatientBirthDate: [[19800229]]\nPatientAge: [[093Y]]\nPatientSex: {{F}}\nModality: {{CT}}',
    );
  });
});

describe('names with carets', () => {
  it.each(['Brackwater^Lorena^J', 'OKAFOR^JANE', 'OKAFOR^JANE^Q^^', 'Le^An', 'Price^Will'])(
    '%s is masked whole',
    (name) => {
      expectMarked(
        name
          .split('^')
          .map((part) => (part === '' ? '' : `[[${part}]]`))
          .join('^'),
      );
      expectMarked(
        `The study of ${name
          .split('^')
          .map((part) => (part === '' ? '' : `[[${part}]]`))
          .join('^')} is ready.`,
      );
    },
  );

  it.each(['x^2 + y^2', 'MTH^Mother', '2^10', 'a^b'])('%s is none', (text) => {
    expect(masked(text)).toBe(text);
  });
});

describe('forms', () => {
  it('mask a name without the relation behind it, and a spoken code over its commas', () => {
    for (const relation of ['(spouse)', '(mother)', '- daughter'])
      expect(values(`Emergency contact: BUSH, ROSE ${relation}`)).toEqual(['BUSH, ROSE']);
    expect(values('Group number: 0, 0, 4, 4, dash, A')).toEqual(['0, 0, 4, 4, dash, A']);
  });

  it('mask the values behind labels and leave codes', () => {
    for (const p of PEOPLE)
      expectMarked(
        `Patient Name: [[${p.given} ${p.family}]]\nDOB: [[${p.born.slice(4, 6)}/${p.born.slice(6)}/${p.born.slice(0, 4)}]]\nMRN: [[${p.record}]]\nSex: {{F}}\nRoom: {{12}}\nAddress: [[${p.street}]]\nCity: [[${p.city}]]\nDx: {{E11.9}}\nPhone: [[${p.area}-555-0132]]`,
      );
  });

  it('read several labels in one line', () => {
    expectMarked('PATIENT NAME: [[RENFIELD, TOBIAS K]] SEX: {{M}} DOB: [[01/02/1971]] MRN: [[0044218]]');
  });

  it('read query strings', () => {
    for (const p of PEOPLE)
      expectMarked(
        `first_name=[[${p.given}]]&last_name=[[${p.family}]]&dob=[[1964-05-02]]&mrn=[[${p.record}]]&status={{active}}`,
      );
    expect(values('first_name=Mary+Ann&last_name=O%27Neal&mrn=88213')).toEqual(['Mary Ann', "O'Neal", '88213']);
  });

  it.each([
    'Patient: yes, I have had it since Monday',
    'Please collect: name, date of birth, phone number.',
    'Note: the office is closed today.',
    'Caller: okay',
  ])('%s is none', (text) => {
    expect(masked(text)).toBe(text);
  });
});

describe('SIP and tel', () => {
  it('mask who calls and whom', () => {
    expectMarked('From: "[[Doe, Jane]]" <sip:[[jane.doe@clinic.example.com]]>;tag={{88sja}}');
    expectMarked('P-Asserted-Identity: "[[Okafor]]" <tel:[[+1-415-555-0132;ext=42]]>');
    expectMarked('To: <sip:[[+14155550132]]@gw.example.com;user=phone>');
    expectMarked('<tel:[[863-1234]];phone-context=[[+1-914-555]]>');
  });

  it('have the number and its extension as one value', () => {
    expect(values('<tel:+1-415-555-0132;ext=42>')).toEqual(['+1-415-555-0132 x42']);
  });
});
