/** What identifies nobody stays readable: kinds of text that an earlier build masked. Each has counter-examples that must be masked. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { detect } from '../../../../src/detection/detection.ts';
import { detectionRules } from '../../../../src/policy/policy.ts';
import { parsePolicy } from '../../../../src/policy/parse.ts';
import type { Span } from '../../../../src/detection/span.ts';

const parsed = parsePolicy(readFileSync('configs/mask_policy.yaml', 'utf8'), { kids: new Set(['K_HEALTHCARE']) });
if (!parsed.ok) throw new Error('the default policy does not hold');
/** As shipped. */
const RULES = detectionRules(parsed.policy);

const find = (text: string): Span[] => detect(text, RULES);
const masked = (text: string): string[] => find(text).map(({ start, end }) => text.slice(start, end));

describe('detection keeps', () => {
  it.each([
    // Codes of classifications
    'Use ICD-10 code E11.9 and CPT 99213, HCPCS G0438, LOINC 4548-4, NDC 0002-8215-01, SNOMED 44054006, RxNorm 860975.',
    'NDC 00093-7424-56 lot unknown',
    'it says J0696 on the bill',
    'my doctor wrote G43.909 on the slip',
    'procedure 45378 got denied with CO-50',
    'she has Ehlers Danlos and asthma',
    'is sage tea fine with rosemary and thyme',
    'my sugars were one ten, one forty, ninety eight',
    'diagnosis codes are J45.909, M54.50 and Z79.4, modifier 25, place of service 11',
    'the vial says NDC 0002-8215-01',
    'NDC number 00002-8215-01 is back ordered',
    'SNOMED CT concept 73211009, RxCUI 1049502',
    'loinc code two three four five dash seven',
    'CPT code nine nine two one three',
    'revenue code 0450 and taxonomy code 207Q00000X',
    'CVX 208 and DRG 470',
    'CPT 99213-25, 99406 and 90471',
    'bill it with 99214-25 and G2211, dx R05.9 and J20.9',
    'prior auth for J1745 and CPT 96413',
    'modifier 59 on 97110',
    'code 99203 was billed twice',
    'J3490 unlisted drug',
    // Drugs, diseases and practices by their names
    'got moved to Xarelto',
    'I was moved to Farxiga last week',
    "she has Burkitt's",
    "Hodgkin's or Burkitt",
    "history of Wilson's, treated for Whipple's",
    'Hi, thanks for calling Bright Smiles Dental',
    'I used to have Kaiser and before that Cigna',
    "St. Mary's and Good Samaritan both turned me away",
    "Boston Children's has a waitlist",
    'Granny Smith apples and Greek yogurt',
    'Allowed states: CA, OR, WA, NY, IN, ME, OK',
    "how late are you open on new year's eve",
    // Results, ranges and doses
    'hCG was 12450, two days later 26100',
    'Insulin 70/30 10 units AM, sliding scale 150-200: 2 units, 201-250: 4 units.',
    'sliding scale: 151-200 give 2 units, 201-250 give 4 units, 251-300 give 6 units',
    'Labs: Na 138 K 4.2 Cl 102 CO2 24 BUN 14 Cr 0.9 Glu 101 WBC 11.2 Hgb 12.1 Plt 250000',
    'platelets were 250,000 and white count 11,200, ferritin 1234567',
    'sodium 135-145, potassium 3.5-5.0, glucose 70-99 mg/dL',
    'my sugar was 250 then 180 then 142',
    'PSA 4.1, hCG 125000',
    'weighs 165',
    '128 over 76',
    // Eponyms
    "History of Wolff-Parkinson-White, Ehlers-Danlos, Marfan, Sjogren's, Guillain-Barre and Charcot-Marie-Tooth.",
    'She was diagnosed with Lewy body dementia and later Creutzfeldt-Jakob disease.',
    'Whipple procedure, Roux-en-Y, Swan-Ganz, Kegel exercises, Epley maneuver, Moderna booster, Lasix and Lantus pens.',
    'tetralogy of Fallot, Eisenmenger, Kawasaki, Takayasu, Henoch-Schonlein',
    'Bence-Jones proteins, Reed-Sternberg cells, Auer rods',
    'Foley catheter, Jackson-Pratt drain, Hickman line',
    'he has wolff parkinson white',
    // Placeholders, peoples, roles, forces, restaurants
    'I saw Doctor X Y Z about it.',
    'Doctor X and Y referred you',
    'I would proudly call myself as Latin American.',
    'I am Cuban.',
    'I would have you see our Gynecology and Obstetrician.',
    'he was in the united states army',
    "i ate at denny's and got sick",
    'I moved here in O nine, two years after you.',
    'So you moved to U S A from Brazil',
    // Rows of clinical numbers
    'gravida four para three zero one three',
    'G five P two one two two',
    'C five C six and C six C seven and C seven T one',
    'teeth numbers one sixteen seventeen and thirty two',
    'teeth one two three and fourteen fifteen',
    'we are open twenty four seven three sixty five',
    'the readings were ninety eight ninety seven ninety four and ninety six',
    'five milligrams then ten then twenty then forty',
    'count down: ninety three eighty six seventy nine seventy two',
    'call 911, 988 or 211',
    // Talk
    'Ha, I will take that as a positive answer',
    'Hi buddy. Is it fine if I do a quick exam?',
    'I am the sixth of nine siblings.',
    'in two thousand six two thousand eight and two thousand nine',
    'i hope it will clear up by may',
    // Drugs, insurers, departments, dishes
    'they switched me to Jynneos last month',
    'did the Dupixent get approved yet',
    'they switched me to revumenib last month',
    'is Cutaquig covered',
    'I take Allegra for allergies',
    'do you take Anthem or Centene',
    'transfer me to Labor and Delivery',
    'I had Graham crackers, Brussels sprouts and a Granny Smith apple',
    // Terms of machines
    'Timezone America/Los_Angeles.',
    'Use America/New_York or Europe/Berlin for times.',
    'Model gpt-4o-2024-08-06 is allowed.',
    'claude-3-5-sonnet-20241022 and gpt-4-0613',
    'Return the phone in E.164 format.',
    '["CA","TX","NY"]',
    // Numbers that stand alone, and public lines
    '911',
    "It's 180",
    '101.2',
    'fifty four',
    '165 pounds',
    'the poison control number is 1-800-222-1222',
    'call 988, 211 or 1-800-273-8255',
    'text HOME to 741741',
  ])('%s', (text) => {
    expect(masked(text)).toEqual([]);
  });
});

describe('detection masks', () => {
  it.each([
    ['member id CPT 99213', 'CPT 99213'],
    ['SNOMED 44054006 and mrn 44054106', '44054106'],
    ['NDC 0002-8215-01, phone 919-555-0147', '919-555-0147'],
    ['ICD E11.9, 519-44-2280', '519-44-2280'],
    ['my glucose is fine, 9195550147', '9195550147'],
    ['ferritin 919555014712', '919555014712'],
    ['weight 165 and ssn 519442280', '519442280'],
    ['my code 48213 was sent', '48213'],
    ['member id J3490 unlisted', 'J3490 unlisted'],
    ['I live in Wilson', 'Wilson'],
    ['we moved to Xenia', 'Xenia'],
    ["she has Smith's number", 'Smith'],
    ['hCG was 12450, call 9195550147', '9195550147'],
    ['my doctor is Anna Kaiser', 'Anna Kaiser'],
    ['this is Eve Thornton', 'Eve Thornton'],
    ['Dr. Bright Dental is my plan', 'Bright Dental'],
    ['BUN 14 Cr 0.9 at 14 Cedar Circle', '14 Cedar Circle'],
    ['Na 138-555-0147', '138-555-0147'],
    ['this is Dr. Foley', 'Foley'],
    ['Mrs. Graves is here', 'Graves'],
    ['my name is Kegel', 'Kegel'],
    ['my daughter Allegra needs an appointment', 'Allegra'],
    ['Nora needs a refill', 'Nora'],
    ['Takayasu, Kawasaki, Maria Lopez', 'Maria Lopez'],
    ['<sub alias="Marisol Quintanilla">MQ</sub>', 'Marisol Quintanilla'],
    ['my cvv is 911', '911'],
    ['she fell on 9/11', '9/11'],
    ['admitted 11/2, home soon', '11/2'],
    ['This is Mrs. So', 'So'],
    ['mac address 00:1A:2B:3C:4D:5E', '00:1A:2B:3C:4D:5E'],
    ['my house number is 42', '42'],
    ['gpt-4155550132', 'gpt-4155550132'],
  ])('%s', (text, value) => {
    expect(masked(text)).toContain(value);
  });
});

describe('a number that stands alone', () => {
  it('is no identifier, whichever of the first thousand it is', () => {
    const found = Array.from({ length: 1000 }, (_, number) => String(number)).filter((text) => find(text).length > 0);
    expect(found).toEqual([]);
  });

  it('is no identifier with a point and one more digit', () => {
    const found = Array.from({ length: 1000 }, (_, number) => `${number}.${number % 10}`).filter(
      (text) => find(text).length > 0,
    );
    expect(found).toEqual([]);
  });
});

describe('markup', () => {
  it('keeps the names of attributes and masks what is said', () => {
    const text = 'Your number is <say-as interpret-as="telephone">+19195550147</say-as>.';
    expect(masked(text)).toEqual(['+19195550147']);
  });
});
