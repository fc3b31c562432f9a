/** Keys of JSON objects that say where something stands and nothing of a person: positions, codes, tags and names of fields. */

/** "1", "12", "401", "1-1": positions, and codes as protocols have them. */
const POSITION = /^(?:\d{1,3}|\d{1,2}(?:[-.]\d{1,2}){1,3})$/;
/** `PID`, `PID.7`, `PID-3.1`, `NM1`, `NM109`, `DAQ`, `2010BA`: segments, elements and loops of HL7, X12 and AAMVA. */
const ELEMENT = /^(?:[A-Z]{2,3}\d{0,3}|[A-Z]\d{1,2}|\d{4}[A-Z]{1,2})(?:[-._[(]?\d{1,3}[\])]?){0,4}$/;
/** A tag of DICOM, which is eight hexadecimal digits. */
const DICOM_TAG = /^[0-9A-Fa-f]{8}$/;
/** Groups that the tags of patients and studies are in. */
const DICOM_GROUP = /^(?:000[0248]|00[12345][0-9A-Fa-f]|7FE0)/i;
/** Names as programs have them: no part of a value stands in one, unless masking finds it there. */
const NAME = /^(?!.*\d{3})[A-Za-z_$@][\w$-]*(?:[.:/][A-Za-z_$][\w$-]*){0,5}$/;

/** Returns true if the key is that of a DICOM element: its tag, with an object of its representation below. */
export function isDicomTag(key: string): boolean {
  return DICOM_TAG.test(key) && DICOM_GROUP.test(key);
}

/** Years, under which counts of them stand. */
const YEAR = /^(?:19|20)\d\d$/;
const STATE_CODE = /^\d{4}$/;
/** Names of objects whose keys are codes of a program. */
const CODES_OF = /(?:error|status|reason|result|response|exit|message)s?_?(?:codes?)?s?$|codes?$/i;

/** Returns true if the key is a position, a code or a tag. `under` is the key of the object that it is in. Pure. */
export function isPositionKey(key: string, under: string | null = null): boolean {
  if (under !== null && STATE_CODE.test(key) && CODES_OF.test(under)) return true;
  return POSITION.test(key) || ELEMENT.test(key) || YEAR.test(key);
}

/** Returns true if the key is a name as programs have them. */
export function isNameKey(key: string): boolean {
  return NAME.test(key);
}
