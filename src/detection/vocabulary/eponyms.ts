/** People's names that medicine uses for diseases, signs, operations and devices. All in lower case. */

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '));

/** Names that are eponyms only beside another one or before a head noun: they are surnames, too. */
export const EPONYM_SURNAMES: ReadonlySet<string> = words(
  'billroth kasai nachlas ross norwood glenn ' +
    'achilles adams addison addisons albright aldrich allen allis alpers alzheimer amsler angelman apgar arnold asherman askin asperger auerbach babinski bacillus baker bakers balfour ballard barlow barr barrett barretts barthel bartholin ' +
    'basedow becker beckwith behcet bell bells bence bennett berger bernard bickerstaff bigelow binet birt bishop bivona blakemore blalock blau bledsoe blount blumberg boerhaave bowen bowens braden brandt breslow bristow broca brostrom ' +
    'brown brudzinski brunner bruton budd buerger burch burkitt byler canavan caplan carnett castleman cawthorne chagas charcot chiari cheyne chvostek clark cockayne cogan colles conn cooksey cooley coombs corrigan courvoisier cowden coxsackie ' +
    'crigler crohn crohns cronkhite cullen curling cushing cushings danlos darier daroff dandy danis degos dequervain desjardins devic dix dorfman dorrance down downs dressler dube dubin duchenne dupuytren dupuytrens dwyer eaton ebstein edwards ehlers eisenmenger ' +
    'epley epstein epworth erb ewart ewing ewings faber fabry fallot fanconi feil felty fick finkelstein fitzpatrick fleischer fogarty foley fontan fournier fowler fox framingham freiberg frey friedreich froment fuchs fuhrman fulkerson galeazzi ganz gartner ' +
    'gaucher gehrig ghon gianotti gilbert gilberts gitelman glasgow gleason glisson goldmann goodpasture gordon gottron gower gowers gram graves grawitz grey groshong grover gubler guillain guyon gunn haglund hallpike hamilton hamman hansen harada harrington ' +
    'hartmann hashimoto hashimotos hasson hauser hawkins heberden heimlich heller henle henoch hertel hickman higashi hill hirayama hirschsprung hodgkin hodgkins hoffman hoffmann hohmann hohn holter homan homans horner howell hoyer humphrey hunt hunter huntington huntingtons ' +
    'hurler hutchinson isaacs ishak ishihara jackson jacob jakob janeway jeune jobe jobst johnson jolly jones joubert kaposi karnofsky katz kawasaki kayser kearns kegel kehr kerley kernig kienbock killip kimmelstiel kirschner kleffner klinefelter klippel kluver ' +
    'klumpke kocher kock kohler koplik koos korotkoff korsakoff krabbe krukenberg kuster kussmaul labbe lachman lambert lamy landau lange langerhans lapidus laron leber legg leigh lennox leopold lesch leventhal levine lewy lhermitte lichtenstein liddle linton lisch lisfranc loeffler lofgren ' +
    'louis lowe ludwig lund lyme lynch macintosh mallory malpighi mantoux marburg marcus marfan marfans marshall martin matson mayer mcbarron mcburney mcburneys mccune mcmurray mcmurrays mcroberts mcvay mees meckel meig meigs meissner mendelson meniere menieres menkes merkel merritt miller ' +
    'minor mitchell moebius mohs monro montgomery morison moro morquio morse morton mortons muckle muir muller munchausen murphy murphys nash neer nelson netherton newton nielsen niemann nissen noonan nyhan ober oddi ogilvie osgood osler paget pagets palmer pancoast papanicolaou parkes ' +
    'parkinson parkinsons parry patrick paul pearson pellegrini pemberton penrose perthes peutz peyer peyers peyronie peyronies pfannenstiel pfeiffer phalen phalens pick pickwick pierre plummer pompe posner pott potts potter prader pratt prinzmetal quincke quincy ramsay ramstedt rankin ranson rasmussen ' +
    'raynaud raynauds reed refsum reiter reiters rett reye richter riedel rinne ritter robin romano romberg rokitansky rosenthal roth rotor roux rovsing rubinstein russell sachs sandifer sanfilippo sauve sayre scarpa schatzki scheuermann schilling schirmer schlatter schmorl schnitzler schober schonlein schwann sellick ' +
    'sengstaken sever sheehan shiley sicard simmonds sims sipple sjogren sjogrens skene smith sneddon snellen soulier southwick spatz spitz spurling stanford steinmann stein stevens stewart still stills stokes strauss strumpell struthers sturge swan sydenham syme takayasu takotsubo tanner taussig taybi tay thomas thompson thorne ' +
    'thurner tinel tinels todd tolosa tourette tourettes treacher treves trendelenburg trousseau tuffier turcot turner usher valsalva vater verner vincent virchow vogt volkmann waardenburg wagner waldenstrom wallenberg waterhouse weber wegener wegeners weil weiss welander werdnig werner wernicke west wharton whipple white wickham ' +
    'wiedemann willebrand williams willi willis wilms wilson wilsons wiskott wolff wolf wood woods yersin young zenker zollinger',
);

/** Eponyms of several names, with spaces for hyphens. Written with hyphens or before a head noun they are no person. */
export const COMPOUND_EPONYMS: readonly string[] = (
  'wolff parkinson white, ehlers danlos, guillain barre, charcot marie tooth, creutzfeldt jakob, swan ganz, jackson pratt, stevens johnson, prader willi, henoch schonlein, brown sequard, lambert eaton, osler weber rendu, peutz jeghers, ' +
  'zollinger ellison, mallory weiss, kayser fleischer, emery dreifuss, tay sachs, niemann pick, arnold chiari, dandy walker, epstein barr, budd chiari, legg calve perthes, osgood schlatter, sturge weber, hippel lindau, von hippel lindau, bence jones, ' +
  'reed sternberg, cheyne stokes, dix hallpike, passy muir, sengstaken blakemore, linton nachlas, rosai dorfman, erdheim chester, lennox gastaut, churg strauss, lesch nyhan, wiskott aldrich, chediak higashi, diamond blackfan, crigler najjar, dubin johnson, ' +
  'gianotti crosti, hand schuller christian, kimmelstiel wilson, wernicke korsakoff, mccune albright, smith lemli opitz, cornelia de lange, rubinstein taybi, treacher collins, pierre robin, klippel feil, klippel trenaunay, may thurner, ramsay hunt, tolosa hunt, ' +
  'bannayan riley ruvalcaba, birt hogg dube, beckwith wiedemann, silver russell, russell silver, shwachman diamond, kearns sayre, landau kleffner, miller fisher, plummer vinson, sjogren larsson, stein leventhal, mayer rokitansky, fitz hugh curtis, kasabach merritt, ' +
  'jarisch herxheimer, li fraumeni, muir torre, blalock taussig, damus kaye stansel, roux en y, ivor lewis, bristow latarjet, hill sachs, hawkins kennedy, salter harris, gustilo anderson, holt oram, ellis van creveld, de quervain, graves basedow, von willebrand, ' +
  'bernard soulier, hamman rich, gerstmann straussler, hallervorden spatz, steele richardson olszewski, shy drager, charcot bouchard, holmes adie, argyll robertson, weber christian, denys drash, austin moore, cotrel dubousset, non hodgkin, glasgow blatchford, child pugh, ' +
  'scarff bloom richardson, bloom richardson, ferriman gallwey, cormack lehane, vogt koyanagi harada, sweet syndrome, martin gruber, vater ampulla, kluver bucy, conn syndrome, cockcroft gault, bland altman, kaplan meier, mann whitney, sister mary joseph, mary joseph, marshall marchetti, marshall marchetti krantz, trousseau sign, ' +
  'laurence moon, bardet biedl, aicardi goutieres, pelizaeus merzbacher, cronkhite canada, canada cronkhite, ogilvie syndrome, mounier kuhn, swyer james, potter sequence, waterhouse friderichsen, mikulicz radecki, madelung launois, duchenne erb, erb duchenne, ' +
  'dejerine klumpke, dejerine sottas, strumpell lorrain, werdnig hoffmann, kugelberg welander, charcot leyden, curschmann spirals, howell jolly, dohle bodies, wells score, hoffmann tinel, hunter hurler, hurler scheie, maroteaux lamy, sly syndrome, jones criteria, ' +
  'woods corkscrew, swyer syndrome, rokitansky kuster hauser, mayer rokitansky kuster hauser, mac donald criteria, kirby bauer, lowenstein jensen, ziehl neelsen, papanicolaou smear, michaelis gutmann, langhans giant, ann arbor, tommy john, lou gehrig'
)
  .split(',')
  .map((phrase) => phrase.trim());

/** Parts of compound eponyms that are no names by themselves. */
export const EPONYM_PARTS: ReadonlySet<string> = words(
  'barre barré marie tooth white y en de la von der syndrome ii i z beuren schonlein schönlein dobbie laurence moon bardet biedl cat wardle port wine non',
);

/** Nouns after which a name is of a thing: "Bell's palsy", "a Foley catheter". */
export const EPONYM_HEADS: ReadonlySet<string> = words(
  'disease syndrome sign signs palsy procedure maneuver maneuvers manoeuvre exercise exercises catheter catheters drain drains scale criteria fracture contracture tendon tendonitis tendinitis cyst cysts lymphoma sarcoma ' +
    'tumor tumour thyroiditis dementia chorea stain nodes bodies reflex reflexes phenomenon disorder esophagus oesophagus ulcer ulcers lesion anemia anaemia fundoplication incision hernia dystrophy ataxia encephalopathy ' +
    'psychosis monitor splint deficiency anomaly malformation defect nevus triad cannula anastomosis vein arteritis vasculitis purpura granulomatosis amyloidosis osteodystrophy gastritis diverticulum glands papules macroglobulinemia ' +
    'repair classification respirations breathing aphasia neuroma nodules nodule spots rings ring amputation osteotomy angina fever chancre score scores pouch line lines tube stage position stockings forceps retractor wire wires pin pins staging virus neuropathy ' +
    'surgery lesions rods cells cell proteins protein valve tetralogy disorder syndromes diseases spasm degeneration hyperplasia bypass shunt cardiomyopathy hemangioma lisch fasciitis gangrene membrane pneumonia',
);
