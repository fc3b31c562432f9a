/**
 * Words that end a spoken name of a file, a site or a mailbox, read backwards: "i called it | heel left tuesday dot j p g".
 * Lower case. What is common in such names (my, photo, chart, lady, big) does not stand here.
 */
export const BOUNDARY_WORDS: ReadonlySet<string> = new Set(
  (
    "is 's are was were be been am it its it's that that's this these those there here which who when where how why because if so then than " +
    "i i'm i'll i've i'd you you're he he's she she's we we're they they're me him her us them your his our their " +
    'the a an and or but nor as at by for from in into of off on onto out over per to up with within without about via under through until since after before between ' +
    "do does did don't didn't have has had can can't could will would should may might must not no yes yeah yep okay ok oh uh um uhm well sure just still also please thanks hello hi again now today yesterday maybe like " +
    'email emails mail address addresses write send sends sent sending go goes going went visit visited check checked use uses used using open opened opening try tried call called calls named titled labeled labelled ' +
    'said says say see saw seen contact contacted reach reached got get gets getting found find look looked looking search searched click clicked type typed log logged sign signed register registered order ordered ' +
    'bought buy upload uploaded uploading attach attached attaching save saved text texted know think guess want wants need needs work works worked working shop shopped met meet live lives lived stay stayed staying ' +
    'add adds added adding recommend recommends recommended suggest suggested mention mentioned give gave given tell told ask asked hear heard make made put start started came come changed change update updated confirm ' +
    'read reads show shows showed posted post shared share download downloaded rename renamed file files filename attachment website site page url link username account'
  ).split(' '),
);
