/** Names of companies, hospitals, dishes and products that callers say, and that identify nobody. All in lower case. */

/** Phrases, apart by commas. Each is public as a whole; a part of it alone is not. */
export const PUBLIC_NAMES: readonly string[] = // Insurers
  (
    'aetna, cigna, humana, anthem, kaiser permanente, united healthcare, unitedhealthcare, united health care, tricare, molina healthcare, centene, ambetter, wellcare, oscar health, highmark, geisinger, optum, caremark, cvs caremark, ' +
    'express scripts, healthfirst, fidelis, fidelis care, amerigroup, blue cross, blue shield, blue cross blue shield, harvard pilgrim, tufts health plan, priority health, health net, metlife, delta dental, guardian life, mutual of omaha, ' +
    'aflac, state farm, allstate, geico, liberty mutual, bright health, caresource, carefirst, medi-cal, masshealth, magnolia health, sunshine health, buckeye health, peach state, superior health, amerihealth, horizon blue cross, ' +
    'premera, regence, carelon, emblemhealth, healthpartners, umr, multiplan, meritain, cobra, medicare advantage, ' +
    // Pharmacies, laboratories, shops
    "walgreens, walgreen, cvs, rite aid, walmart, costco, kroger, publix, heb, h-e-b, meijer, safeway, albertsons, wegmans, duane reade, quest, quest diagnostics, labcorp, lab corp, sam's club, good rx, goodrx, mark cuban cost plus, amazon pharmacy, " +
    'pillpack, capsule pharmacy, kinney drugs, ' +
    // Hospitals and programmes
    'mayo clinic, cleveland clinic, johns hopkins, mass general, cedars-sinai, cedars sinai, md anderson, m d anderson, memorial sloan kettering, sloan kettering, st. jude, st jude, mount sinai, dana farber, dana-farber, ronald mcdonald house, ' +
    "good samaritan, good sam, st. mary's, st mary's, st. joseph's, st joseph's, st. luke's, st luke's, st. vincent's, st vincent's, st. francis, st. elizabeth's, holy cross, sacred heart, boston children's, texas children's, seattle children's, " +
    "nationwide children's, lurie children's, rady children's, phoenix children's, cook children's, dell children's, cincinnati children's, philadelphia children's, children's national, brigham and women's, mass eye and ear, kaiser, " +
    'dignity health, intermountain healthcare, barnes-jewish, montefiore, nyu langone, ' +
    'planned parenthood, alcoholics anonymous, weight watchers, jenny craig, doctors without borders, dr. phil, dr. oz, dr. google, ' +
    // Products and devices
    "dexcom, dexcom g6, libre, freestyle libre, omnipod, medtronic, accu-chek, accuchek, onetouch, one touch, contour next, fitbit, apple watch, garmin, inogen, philips, resmed, dr. scholl's, dr scholl's, dr. bronner's, gold bond, ben gay, bengay, icy hot, " +
    "vicks vaporub, vicks, johnson & johnson, johnson and johnson, j&j, moderna, pfizer, novavax, astrazeneca, eli lilly, novo nordisk, merck, bausch and lomb, bausch & lomb, burt's bees, arm and hammer, mr. clean, " +
    "dr. pepper, dr pepper, arnold palmer, shirley temple, earl grey, captain morgan, jack daniels, jack daniel's, jim beam, johnnie walker, jose cuervo, samuel adams, sam adams, " +
    // Dishes
    'banh mi, bun bo hue, bun cha, com tam, pad thai, bibimbap, bulgogi, tteokbokki, doro wat, jollof rice, egusi soup, poke bowl, loco moco, char siu, dim sum, shu mai, har gow, xiao long bao, mapo tofu, tom yum, tom kha, som tam, goi cuon, cha gio, kalua pig, lau lau, ' +
    'greek yogurt, greek yoghurt, greek salad, caesar salad, caesar dressing, caesar wrap, reuben sandwich, reuben sandwiches, a reuben, granny smith, granny smith apple, granny smith apples, graham crackers, graham cracker, brussels sprouts, brussel sprouts, boston cream, philly cheesesteak, swiss cheese, french fries, french toast, ' +
    "canadian bacon, cobb salad, eggs benedict, beef wellington, chicken kiev, beef stroganoff, chicken alfredo, fettuccine alfredo, alfredo sauce, ben and jerry's, ben & jerry's, hershey's, quaker oats, campbell's soup, " +
    "uncle ben's, aunt jemima, mrs. butterworth's, chick-fil-a, mcdonald's, marie callender's, famous amos, little debbie, bob evans, arby's, papa john's, domino's, trader joe's, denny's, wendy's, applebee's, chili's, dunkin, starbucks, stouffer's, smucker's, " +
    "sloppy joe, sloppy joes, bloody mary, virgin mary, tom collins, peach melba, bananas foster, waldorf salad, oysters rockefeller, general tso, general tso's, general tso's chicken, monterey jack, colby jack, dijon mustard, dijon, worcestershire, worcestershire sauce, tabasco, tabasco sauce, london broil, " +
    'turkish delight, danish, english muffin, vienna sausage, vienna sausages, lima beans, honeydew, bartlett pear, bartlett pears, concord grapes, anjou pear, bing cherries, mac and cheese, mrs. dash, mrs dash, mr. pibb, ensure, glucerna, boost, ' +
    // Places that are public and nobody's home
    "disneyland, disney world, central park, times square, golden gate park, golden gate bridge, lax, jfk airport, o'hare, logan airport, yellowstone, yosemite, grand canyon, niagara falls, statue of liberty, white house, lincoln memorial, " +
    'washington monument, mount rushmore, juvenile hall, ' +
    // Forces
    'united states marine, united states marines, marine corps, united states army, united states navy, united states air force, u s marines, u s army, u s navy, us army, us navy, ' +
    // Instruments that are called by places and people
    'billroth i, billroth ii, auer rods, rome iii, rome iv, ommaya, ommaya reservoir, glasgow coma scale, boston marathon, montreal cognitive assessment, edinburgh postnatal depression scale, edinburgh scale, columbia suicide severity, minnesota multiphasic, norwood procedure, bristol stool chart, bristol stool scale, pittsburgh sleep quality, ' +
    'rancho los amigos, ottawa ankle rules, ottawa rules, atlanta classification, tokyo guidelines, rome criteria, milan criteria, denver developmental, vancouver scar scale, berlin questionnaire, framingham score, framingham risk score, ' +
    "rocky mountain spotted fever, west nile, west nile virus, lyme disease, legionnaires disease, legionnaires' disease, legionnaire's disease, ebola, zika, marburg virus, norwalk virus, norfolk virus, spanish flu, german measles, dutch elm, " +
    "ramsay hunt, kaplan-meier, kaplan meier, bonferroni, montezuma's revenge, legionnaires, hmong, somali, tagalog, amharic, tigrinya, oromo, cantonese, mandarin, urdu, farsi, pashto, swahili, yoruba, igbo, " +
    'god, mediterranean diet, dash diet, atkins diet, south beach diet, whole30, paleo'
  )
    .split(',')
    .map((phrase) => phrase.trim());

/** Time zones by their common names, and standards with a number. */
export const STANDARD_NAMES: readonly string[] = [
  'e.164',
  'h.323',
  'gmt',
  'utc',
  'est',
  'edt',
  'cst',
  'cdt',
  'mst',
  'mdt',
  'pst',
  'pdt',
  'x.509',
  'iso 8601',
  'rfc 3339',
  'rfc 5322',
  'utf-8',
];

/** Brand names that are also given names: drugs only where the words around them say so. */
export const NAMESAKE_DRUGS: ReadonlySet<string> = new Set(
  (
    'allegra alli alesse apri aviane ayr blisovi bonine calan camila deblitane doral ella enskyce errin estelle gianvi heather hyland incassia isibloom jasmiel jencycla jolessa jolivette juleber junel kaitlib kalliga kariva kelnor larin larissia ' +
    'lessina levora lillow loryna lutera lyza lyleq marlissa merzee mibelas mili minastrin natazia necon nikki nora nora-be norlyda norco nortrel nylia nymyo ocella orsythia philith pirmella portia rayos reclipsen safyral setlakin sharobel ' +
    'simliya sprintec sronyx syeda talicia tarina taytulla tilia tri-lo-marzia trivora tulana tydemy velivet vestura vicks vienva viorele vyfemla wera wymzya xulane yasmin yaz zarah zenchent zovia zumandimine vivelle climara estrace evista boniva'
  ).split(' '),
);
