/** Published code systems: their codes and words are nobody's, and a model needs them to know the test or the drug. */
import { ownText, type JsonDocument } from './json-value.ts';

/** Addresses that published code systems are named by. The numbers of persons in `fhir/sid` are not among them. */
const SYSTEM_URI =
  /^(?:https?:\/\/)?(?:www\.)?(?:loinc\.org|snomed\.info|unitsofmeasure\.org|nucc\.org|dicom\.nema\.org|fdasis\.nlm\.nih\.gov|ncimeta\.nci\.nih\.gov|ncithesaurus|nlm\.nih\.gov\/research\/umls|ama-assn\.org\/go\/cpt|cms\.gov|cdc\.gov|whocc\.no|who\.int|ada\.org\/(?:cdt|snodent)|genenames\.org|hl7\.org\/fhir(?!\/sid\/)|terminology\.hl7\.org|hl7\.org\/fhir\/sid\/(?:icd|ndc|cvx|mvx|cpt|dsm|atc|ada)|radlex\.org|rrid\.org|nubc\.org|x12\.org|id\.who\.int|bfarm\.de)(?![\w.-])/i;
const SYSTEM_URN =
  /^urn:(?:iso:std:iso:(?:3166|639|4217|11073)|ietf:(?:bcp:47|rfc:\d+)|oid:2\.16\.840\.1\.113883\.(?:6\.(?:1|3|12|13|42|43|59|60|69|73|88|90|96|101|103|104|177|238|259|285)|5\.\d+(?:\.\d+)*|3\.26\.1\.[\d.]+)(?![.\d]))/i;
const SYSTEM_NAME =
  /^(?:loinc|snomed(?:[ -]?ct)?|rx-?norm|rxcui|icd[- ]?(?:9|10|11)?(?:[- ]?(?:cm|pcs))?|cpt(?:[- ]?4)?|hcpcs(?: level ii)?|ndc|cvx|mvx|ucum|atc|unii|nucc|cdt|dsm-?5|hgnc|radlex|medcin|umls|mesh|drg|ms-drg|apr-drg|nubc|revenue|taxonomy|iso ?3166|bcp ?47)\b/i;

/** Fields that name the code system of the fields beside them. */
export const SYSTEM_FIELDS: readonly string[] = [
  'system',
  'codeSystem',
  'code_system',
  'codeSystemName',
  'codingSystem',
  'coding_system',
  'vocabulary',
  'vocabulary_id',
  'terminology',
  'codeType',
  'code_type',
  'CodingSchemeDesignator',
];

/** Fields beside a code system that hold a code of it, or its words for the code. */
const CODED_FIELDS: ReadonlySet<string> = new Set([
  'code',
  'codes',
  'value',
  'display',
  'displayname',
  'description',
  'name',
  'term',
  'text',
  'label',
  'title',
  'version',
  'codevalue',
  'codemeaning',
  'unit',
]);

/** Keys that name a code system or what is coded. Their values may have any number of digits. */
const CODE_KEYS: ReadonlySet<string> = new Set(
  [
    'icd, icd 9, icd 10, icd 11, icd 10 cm, icd 10 pcs, icd code, icd 10 code, icd 9 code, icd codes, icd 10 codes, cpt, cpt code, cpt codes, hcpcs',
    'hcpcs code, ndc, ndc code, ndc 11, ndc 10, loinc, loinc code, loinc num, snomed, snomed code, snomed ct, sctid, snomed id, rxnorm, rxnorm code',
    'rxcui, cvx, cvx code, mvx, mvx code, unii, taxonomy, taxonomy code, revenue code, rev code, drg, drg code, ms drg, diagnosis code',
    'diagnosis codes, dx code, dx codes, procedure code, procedure codes, proc code, modifier, modifiers, place of service, drug code, atc',
    'atc code, umls cui, cui, mesh id, hgnc, concept code, concept id, service code, type of bill, condition code, occurrence code, value code',
    'service type code, lab code, test code, product ndc, package ndc, gpi, gtin, upc, cdt, cdt code, http status, status code, error code, exit code',
  ]
    .join(', ')
    .split(', '),
);

/** Returns true if the text names a published code system, by its address, its number or its short name. */
function isCodeSystem(system: string): boolean {
  return SYSTEM_URI.test(system) || SYSTEM_URN.test(system) || SYSTEM_NAME.test(system);
}

/** The published code system that an object names for the fields in it; null where it names none. */
export function codeSystemOf(object: JsonDocument): string | null {
  for (const field of SYSTEM_FIELDS) {
    const system = ownText(object, field);
    if (system !== null) return isCodeSystem(system) ? system : null;
  }
  return null;
}

/** Returns true if the field, beside a published code system, holds a code of it or its words. */
export function isCodedField(key: string): boolean {
  return CODED_FIELDS.has(key.toLowerCase());
}

/** Returns true if the words name a code system or what is coded. */
export function namesCodes(words: readonly string[]): boolean {
  return CODE_KEYS.has(words.join(' '));
}

/** Codes of published systems: no spaces, and none has the form of a telephone or social security number. */
const CODE_FORM =
  /^(?!\d{3}-\d{2}-\d{4}$)(?!\+?1?[-. (]*\d{3}[-. )]+\d{3}[-. ]\d{4}$)[A-Za-z0-9][A-Za-z0-9._/^:-]{0,24}$/;

/** Returns true if the text may be a code of a published system. */
export function hasCodeForm(text: string): boolean {
  return CODE_FORM.test(text);
}
