/** States of the United States with the District of Columbia and territories: two-letter postal code by lower-case name. */
export const STATES: ReadonlyMap<string, string> = new Map(
  (
    'alabama AL,alaska AK,arizona AZ,arkansas AR,california CA,colorado CO,connecticut CT,delaware DE,florida FL,georgia GA,hawaii HI,idaho ID,illinois IL,indiana IN,iowa IA,kansas KS,kentucky KY,' +
    'louisiana LA,maine ME,maryland MD,massachusetts MA,michigan MI,minnesota MN,mississippi MS,missouri MO,montana MT,nebraska NE,nevada NV,new hampshire NH,new jersey NJ,new mexico NM,new york NY,' +
    'north carolina NC,north dakota ND,ohio OH,oklahoma OK,oregon OR,pennsylvania PA,rhode island RI,south carolina SC,south dakota SD,tennessee TN,texas TX,utah UT,vermont VT,virginia VA,washington WA,' +
    'west virginia WV,wisconsin WI,wyoming WY,district of columbia DC,puerto rico PR,guam GU'
  )
    .split(',')
    .map((entry) => [entry.slice(0, -3), entry.slice(-2)] as const),
);

export const STATE_CODES: ReadonlySet<string> = new Set(STATES.values());

/** Codes that are also words or professional titles in capitals (IN, OR, MD, PA): a state only before a ZIP code. */
export const AMBIGUOUS_STATE_CODES: ReadonlySet<string> = new Set([
  'IN',
  'OR',
  'OK',
  'ME',
  'HI',
  'ID',
  'MD',
  'PA',
  'CO',
  'AL',
  'DE',
  'LA',
  'MA',
  'MS',
  'PR',
]);

/** Countries and continents that callers name, in lower case; alone they are not PHI. */
export const COUNTRIES: ReadonlySet<string> = new Set(
  (
    'america,usa,us,canada,mexico,england,scotland,ireland,wales,britain,france,germany,italy,spain,portugal,netherlands,belgium,switzerland,austria,poland,ukraine,russia,sweden,norway,denmark,' +
    'finland,greece,turkey,israel,egypt,morocco,nigeria,ghana,kenya,ethiopia,india,pakistan,bangladesh,nepal,china,japan,korea,vietnam,thailand,philippines,indonesia,malaysia,singapore,australia,' +
    'brazil,argentina,chile,peru,colombia,venezuela,ecuador,guatemala,honduras,cuba,haiti,jamaica,europe,africa,asia,iran,iraq,syria,lebanon,jordan,afghanistan'
  ).split(','),
);

/** The kinds of street, in lower case, that make an address of "<number> <words> <kind>" in any writing. */
export const STREET_KINDS: ReadonlySet<string> = new Set(
  (
    'street avenue ave road rd boulevard blvd lane ln drive dr court ct circle cir way place pl parkway pkwy highway hwy terrace ter trail trl square sq st str alley loop plaza turnpike crescent ' +
    'close row ridge crossing path'
  ).split(' '),
);

/** Those that are also common words: with a lower-case name they need a house number of two or more digits. */
export const COMMON_STREET_KINDS: ReadonlySet<string> = new Set(
  'way place drive court square path close row ridge crossing circle loop trail st dr pl ct ter str terrace'.split(' '),
);

/** Kinds of street that stand before the name, as in Spanish, French, Italian and Portuguese: "Calle de la Luna". */
export const PREFIXED_STREET_KINDS: ReadonlySet<string> = new Set(
  'calle avenida camino paseo carrera rue rua via viale corso piazza plaza callejon chemin'.split(' '),
);

/** Points of the compass in addresses. */
export const DIRECTIONS: ReadonlySet<string> = new Set([
  'north',
  'south',
  'east',
  'west',
  'n',
  's',
  'e',
  'w',
  'ne',
  'nw',
  'se',
  'sw',
  'northeast',
  'northwest',
  'southeast',
  'southwest',
]);

/** Common words that are in the names of streets all the same. */
export const STREET_NAME_WORDS: ReadonlySet<string> = new Set(
  'park lake spring main high church school mill oak hill center centre market water state county college hospital house long old new saint st grand white black second third first court city mountain green union king queen day may march june april blue private'.split(
    ' ',
  ),
);

/** Words that make a part of a state, which is as little PHI as the state. */
export const REGIONS: ReadonlySet<string> = new Set(
  'north south east west northern southern eastern western central upstate rural coastal mid downstate beautiful sunny greater all'.split(
    ' ',
  ),
);

/** Towns whose names are everyday words and that count only where a town is asked for or lived in. */
export const WORD_TOWNS: ReadonlySet<string> = new Set(
  (
    'mobile reading hope orange superior normal liberty surprise buffalo bend eagle paradise commerce industry page hazard plains independence enterprise defiance globe bath hill hobbs price moab ' +
    'sandy flint corning sparks beaver sugar golden castle rock rifle snowflake cash weed clay center union friend early energy truth temple nice what cheer cut accident boring novelty protection welcome bliss fairplay ' +
    'battle creek spring valley grand island rapids big bear green river bay long beach white plains lake forest park falls round top deer may day sun prairie gas city carbon coal copper'
  ).split(' '),
);

/** Towns whose names are phrases that mean something else. */
export const PHRASE_TOWNS: readonly string[] = [
  'truth or consequences',
  'king of prussia',
  'kill devil hills',
  'nags head',
  'sleepy hollow',
];

/** Those that follow "live in" or "moved from" as words rather than as towns. */
export const DOUBTFUL_TOWNS: ReadonlySet<string> = new Set(
  'early boring cut accident cheer what may day top page center park forest hill spring true friend union hope nice temple castle rock gas coal carbon copper sun falls valley river lake bay island beach city grand long deer clay bath cash protection energy truth bliss welcome price clear white green round creek commerce industry'.split(
    ' ',
  ),
);

/** Streets whose names are words, trees or presidents: an address where the sentence speaks of streets. */
export const WORD_STREETS: ReadonlySet<string> = new Set(
  (
    'main elm oak maple pine cedar walnut chestnut vine cherry spruce birch willow poplar locust ash sycamore magnolia dogwood hickory juniper laurel washington jefferson madison monroe jackson lincoln adams franklin ' +
    'grant broad market church mill park lake pleasant grand union liberty pearl spring grove broadway lexington delancey prospect highland commerce hope'
  ).split(' '),
);
