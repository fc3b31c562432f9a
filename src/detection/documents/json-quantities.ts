/** Words in the names of quantities and of time stamps. */

function words(text: string): ReadonlySet<string> {
  return new Set(text.split(' '));
}

/** Words that end the name of a quantity. */
const QUANTITY_ENDS = words(
  'count counts total totals subtotal amount amounts amt balance cents price prices cost costs fee fees copay coinsurance deductible paid owed charge ' +
    'charges payment payments usd dollars eur size sizes bytes kb mb gb length len duration ms millis milliseconds sec secs second seconds min mins ' +
    'minute minutes hr hrs hour hours day days week weeks month months year years latency uptime elapsed timeout ttl limit offset page pages index idx ' +
    'position pos rank score scores ratio percent percentage pct rate rates confidence probability temperature temp weight height bmi width depth ' +
    'distance miles mi km meters metres feet ft inches dose dosage strength mg mcg ml units unit quantity qty refills supply systolic diastolic pulse ' +
    'bpm glucose creatinine platelets wbc rbc hemoglobin ferritin sodium potassium max maximum minimum avg average mean median sum std capacity ' +
    'remaining attempts retries version revision seq sequence level year weight interval frequency tokens chars characters words lines rows columns ' +
    'steps volume area memory cpu revenue salary income discount tax credits points stars rating threshold value values hits misses errors age ttl ' +
    'population visits calls users patients members results items records entries n num priority weight budget spend saved savings tip gb tb ' +
    'queue size port status concentration dilution ordinal tries steps progress percentile deviation variance delay backoff budget quota usage used ' +
    'available slots seats beds fraction factor multiplier step increment low high range distance altitude elevation speed steps calories seed build nonce checksum crc port baud',
);

/** Words that begin the name of a quantity. */
const QUANTITY_BEGINS = words(
  'total max min avg average num number count sum median mean estimated elapsed remaining n days hours minutes seconds percent price cost',
);

/** Words that make a number one of a person or a thing after all. */
const IDENTIFYING = words(
  'id ids identifier number no nbr code codes key ssn mrn dob phone fax tel mobile cell zip postal account acct card member policy group licence license plate vin serial npi dea pin passcode otp ' +
    'claim case reference ref confirmation record chart social security medicaid medicare subscriber routing iban passport extension ext invoice order ticket prescription rx',
);

/** Words in the name of a time stamp. */
const TIMES = words(
  'start starts started end ends ended begin begins began stop stopped at ts t time times timestamp timestamps epoch unix created updated modified deleted ' +
    'expires expiry expiration exp iat nbf auth since until from to after before date datetime when last next now issued received sent scheduled due ' +
    'ms millis us micros ns nanos utc finished completed opened closed opens closes answered queued ringing',
);

/** Returns true if the words are the name of a count, an amount, a measure or a duration. Pure. */
export function namesQuantity(parts: readonly string[]): boolean {
  const [first = '', last = ''] = [parts[0], parts.at(-1)];
  if (parts.length === 0) return false;
  if (parts.length === 2 && parts[1] === 'number') return false;
  // "account balance" is an amount, "balance number" is a number.
  if (QUANTITY_ENDS.has(last)) return true;
  return QUANTITY_BEGINS.has(first) && parts.length > 1 && !parts.some((word, at) => at > 0 && IDENTIFYING.has(word));
}

/** Returns true if the words are the name of a time stamp. Pure. */
export function namesTime(parts: readonly string[]): boolean {
  return parts.length > 0 && parts.some((word) => TIMES.has(word)) && !parts.some((word) => IDENTIFYING.has(word));
}

/** "value" and "used" may be said of anything; "bytes" and "cents" may not. */
export function hasMeasure(words: readonly string[]): boolean {
  const last = words.at(-1) ?? '';
  return !VAGUE.has(last);
}

const VAGUE = words(
  'value values n num number unit units available used words level position pos index low high users patients members',
);

/** Returns true if the words make a number one of a person or a thing. */
export function isIdentifying(words: readonly string[]): boolean {
  return words.some((word) => IDENTIFYING.has(word));
}
