const GENERIC =
  'com org net edu gov mil int info biz name pro mobi tel xyz online site app dev cloud tech shop store blog page link email click club space website live digital agency media network systems solutions foundation academy institute university global world';
const HEALTH = 'health healthcare clinic hospital dental dentist doctor care surgery pharmacy vet fitness physio';
// Country codes that are neither words nor the endings of file names.
const COUNTRIES =
  'ae ar au ba bd be bg bh br bz ca ch ci cl cn co cr cu cy cz de dk do dz ec ee eg es et eu fi fj fr gb ge gh gi gr gt hk hn hr hu id ie il io iq ir jm jo jp ke kh kr kw kz lb lk lt lu lv ly ma mc mg mk mm mn mt mu mw mx mz ' +
  'na ng ni nl np nz om pa pe ph pk pt py qa ro rs ru rw sa sd sg si sk sn su sv sy th tn tr tt tv tw tz ua ug uk uy uz va vn ye za zm zw';

/** Top-level domains that callers say and that hardly ever end an ordinary word after "dot". */
export const TOP_LEVEL_DOMAINS: ReadonlySet<string> = new Set(
  `${GENERIC} ${HEALTH} co io ai me us uk ca de fr au nl ie tv ly eu in ch es it nz jp cn br mx za example`.split(' '),
);

/** Those that end a bare host name in written text: without the ones that are words (care, link, site) or endings of files (py, rs). */
export const WRITTEN_DOMAINS: ReadonlySet<string> = new Set(
  `com org net edu gov mil int info biz mobi xyz online app dev cloud tech health healthcare clinic ai us example ${COUNTRIES.replace(/ (?:do|id|ma|na|om|pa|py|rs|so|et|es|ci|mm|mg|ml) /g, ' ')}`.split(
    ' ',
  ),
);

/** The rest, which need a path, "www" or a third label: "bit.ly", "example.care/login". */
export const DOUBTFUL_DOMAINS: ReadonlySet<string> = new Set(
  `${GENERIC} ${HEALTH} ${COUNTRIES} me in it is no at am fm gg to cc ws sh la st vc gl ac nu pl se as li`
    .split(' ')
    .filter((domain) => !WRITTEN_DOMAINS.has(domain)),
);

/** Words for the marks inside an address. */
export const SPOKEN_JOINTS: ReadonlySet<string> = new Set([
  'dot',
  'underscore',
  'dash',
  'hyphen',
  'period',
  'point',
  'plus',
]);
