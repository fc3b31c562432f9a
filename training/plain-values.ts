import type { Form } from './source.ts';
import { capitalise, type People } from './people.ts';
import type { Random } from './random.ts';
import { belowHundred, cardinal, sayDigits, sayYear } from './spoken.ts';

/** What fills the slots that are not PHI: the tagger learns from them what to leave alone. */
export const PLAIN_SLOTS: Readonly<Record<string, (random: Random, form: Form, people: People) => string>> = {
  STATE: (random) =>
    random.pick(
      list(
        'California,Texas,Ohio,Florida,Georgia,New York,Virginia,Washington,Illinois,Nevada,Maine,Oregon,Arizona,Colorado,Michigan,New Jersey,North Carolina,Tennessee,Minnesota,Utah',
      ),
    ),
  COUNTRY: (random) =>
    random.pick(
      list(
        'Mexico,Canada,England,Germany,India,China,Japan,the Philippines,Puerto Rico,France,Italy,Spain,Korea,Vietnam,Nigeria,Brazil,Ireland,Poland,Haiti,Jamaica,Cuba,Kenya',
      ),
    ),
  YEAR: (random, form) => {
    const year = random.int(1940, 2026);
    return form.spoken && random.chance(0.6) ? sayYear(year, random) : String(year);
  },
  WEEKDAY: (random) => random.pick(list('Monday,Tuesday,Wednesday,Thursday,Friday,Saturday,Sunday')),
  TIME: (random, form) => time(random, form),
  ORG: (random, _form, people) =>
    organisation(
      random,
      people,
      list(
        ' Logistics, Insurance, School, Construction, Bank, University, Foundation, Health Plan, Group, Partners, Industries, Church, Credit Union, Electric, Foods, High School, Dental, Realty',
      ),
    ),
  HOSPITAL: (random, _form, people) =>
    organisation(
      random,
      people,
      list(
        ' Hospital, Medical Center, Clinic, General Hospital, Memorial Hospital, Health, Family Medicine, Cancer Center, Orthopedics, Pediatrics, Urgent Care, Regional Medical Center',
      ),
    ),
  PHARMACY: (random, _form, people) =>
    random.chance(0.5)
      ? random.pick(list('CVS,Walgreens,Rite Aid,Walmart,Costco,Kroger,Publix'))
      : organisation(random, people, list(' Pharmacy, Drug, Drugs, Apothecary')),
  COMPANY: (random, _form, people) =>
    random.chance(0.4)
      ? random.pick(
          list(
            'Amazon,Apple,Google,Comcast,Verizon,Delta,Marriott,Chase,Wells Fargo,State Farm,Aetna,Cigna,Blue Cross,Humana,Toyota,Netflix,FedEx,Uber,Target,Microsoft',
          ),
        )
      : organisation(
          random,
          people,
          list(' Inc, LLC, Corp, Company, Services, Solutions, and Sons, Motors, Airlines, Energy, Systems'),
        ),
  DRUG: (random) =>
    random.pick(
      list(
        'metformin,lisinopril,atorvastatin,amlodipine,gabapentin,omeprazole,sertraline,albuterol,losartan,levothyroxine,prednisone,insulin,hydrochlorothiazide,warfarin,Eliquis,Ozempic,Humira,tramadol,Zoloft,Lantus,Keppra,Synthroid,Lipitor,Nexium,Coumadin,Plavix,Xarelto,Jardiance,amoxicillin,Tylenol,ibuprofen,Advil,Norvasc,Lasix,Trulicity,Enbrel,Wellbutrin,Lexapro,Cymbalta,melatonin,aspirin,Benadryl,Zyrtec,Claritin,doxycycline,clonazepam,Adderall,Protonix',
      ),
    ),
  DOSE: (random, form) => {
    const n = random.pick([1, 2, 5, 10, 20, 25, 40, 50, 75, 81, 100, 150, 200, 250, 500, 600, 800, 1000]);
    return form.spoken
      ? `${random.chance(0.6) ? cardinal(n, random) : String(n)} ${random.pick(['milligrams', 'milligram', 'm g', 'units', 'micrograms'])}`
      : `${n}${random.pick([' ', ''])}${random.pick(['mg', 'mcg', 'units', 'mL', 'mg'])}`;
  },
  CONDITION: (random) =>
    random.pick(
      list(
        "Parkinson's,Alzheimer's,Crohn's disease,Hodgkin lymphoma,Graves' disease,Bell's palsy,Lou Gehrig's disease,type two diabetes,Lyme disease,Hashimoto's,Huntington disease,asthma,COPD,atrial fibrillation,Sjogren's syndrome,Raynaud's,hypertension,high blood pressure,depression,anxiety,arthritis,migraine,pneumonia,shingles,Down syndrome,Tourette's,Addison's disease,Cushing's,Wilson's disease,Marfan syndrome,Guillain-Barre,GERD,IBS,sleep apnea,kidney stones,gout,psoriasis,eczema,anemia,osteoporosis,celiac disease,Meniere's,Barrett's esophagus,strep throat,COVID,the flu,lupus",
      ),
    ),
  PROCEDURE: (random, form) =>
    random.pick(
      list(
        form.spoken
          ? 'm r i,c t scan,e k g,x ray,colonoscopy,endoscopy,mammogram,ultrasound,biopsy,stress test,e e g,pap smear,d e x a scan,echo,cataract surgery,knee replacement,hernia repair,physical therapy,blood work,pet scan'
          : 'MRI,CT scan,EKG,X-ray,colonoscopy,endoscopy,mammogram,ultrasound,biopsy,stress test,EEG,Pap smear,DEXA scan,echocardiogram,cataract surgery,knee replacement,hernia repair,Mohs surgery,physical therapy,blood work,Holter monitor,Foley catheter',
      ),
    ),
  LAB: (random, form) => {
    const [name, low, high] = random.pick([
      ['A1C', 50, 120],
      ['hemoglobin', 80, 160],
      ['potassium', 30, 55],
      ['creatinine', 6, 25],
      ['TSH', 5, 90],
      ['INR', 10, 40],
      ['white count', 30, 180],
      ['LDL', 700, 1900],
      ['glucose', 700, 2500],
      ['platelets', 1000, 4000],
    ] as const);
    const n = random.int(low, high) / 10;
    return `${form.spoken && name.length < 4 ? name.toLowerCase().split('').join(' ').replace('1', 'one') : name} of ${form.spoken ? `${cardinal(Math.floor(n), random)} point ${belowHundred(Math.round((n % 1) * 10))}` : String(n)}`;
  },
  VITALS: (random, form) => {
    const [a, b] = [random.int(95, 190), random.int(55, 110)];
    return form.spoken
      ? `${random.chance(0.6) ? `one ${belowHundred(Math.max(10, a % 100))}` : String(a)} over ${random.chance(0.6) ? belowHundred(b % 100) : String(b)}`
      : `${a}${random.pick(['/', ' over '])}${b}`;
  },
  N: (random, form) => {
    const n = random.int(2, 30);
    return form.spoken && random.chance(0.75) ? belowHundred(n) : String(n);
  },
  BIGN: (random, form) => {
    const n = random.int(100, 9000);
    return form.spoken && random.chance(0.75)
      ? cardinal(n, random)
      : random.chance(0.4)
        ? n.toLocaleString('en-US')
        : String(n);
  },
  PRICE: (random, form) => {
    const n = random.int(3, 900);
    return form.spoken
      ? `${random.chance(0.7) ? cardinal(n, random) : String(n)} ${random.pick(['dollars', 'dollars', 'bucks', 'dollars and fifty cents'])}`
      : `$${n}${random.pick(['', '.00', '.50', '.99'])}`;
  },
  ROOM: (random, form) => {
    const n = String(random.int(2, 640));
    return form.spoken && random.chance(0.6)
      ? n.length < 3
        ? belowHundred(Number(n))
        : sayDigits(n, random)
      : n + random.pick(['', '', 'A', 'B']);
  },
  PERCENT: (random, form) => {
    const n = random.int(2, 99);
    return form.spoken
      ? `${random.chance(0.7) ? belowHundred(n) : String(n)} percent`
      : `${n}${random.pick(['%', ' percent'])}`;
  },
  DURATION: (random, form) => {
    const n = random.int(2, 20);
    return `${form.spoken || random.chance(0.4) ? belowHundred(n) : String(n)} ${random.pick(['days', 'weeks', 'months', 'years', 'hours', 'minutes'])}`;
  },
  MODEL: (random, form) =>
    random.pick(
      list(
        form.spoken
          ? 'iphone twelve,iphone fifteen,galaxy s twenty two,windows eleven,pixel seven,ipad pro,macbook air,playstation five,xbox,dexcom g six,freestyle libre two,omnipod five'
          : 'iPhone 12,iPhone 15 Pro,Galaxy S22,Windows 11,Pixel 7,iPad Pro,MacBook Air,PlayStation 5,Xbox Series X,Dexcom G6,FreeStyle Libre 2,Omnipod 5,HP LaserJet 1020',
      ),
    ),
  AGE: (random, form) => {
    const n = random.int(2, 89);
    return form.spoken && random.chance(0.7) ? belowHundred(n) : String(n);
  },
  WORDNAME: (random) =>
    random.pick(
      list(
        'will,mark,grace,may,hope,rose,bill,art,dawn,faith,joy,pat,sue,drew,chase,frank,gene,miles,jack,rich,robin,olive,ginger,sage,hunter,mason,carter,page,dean,rob,nick,summer,april,june,august',
      ),
    ),
  BODY: (random) =>
    random.pick(
      list(
        'knee,back,shoulder,chest,stomach,head,neck,hip,ankle,wrist,elbow,left foot,right arm,throat,ear,lower back,big toe,jaw,thigh,calf',
      ),
    ),
  RELATION: (random) =>
    random.pick(
      list(
        'husband,wife,daughter,son,mother,father,mom,dad,sister,brother,partner,grandmother,grandson,aunt,uncle,cousin,neighbor,friend,caregiver,mother-in-law',
      ),
    ),
  JOB: (random) =>
    random.pick(
      list(
        'nurse,teacher,engineer,plumber,accountant,truck driver,manager,carpenter,lawyer,chef,mechanic,cashier,electrician,librarian,farmer,firefighter,baker,mason,hunter,painter',
      ),
    ),
};

function list(text: string): readonly string[] {
  return text.split(',');
}

function organisation(random: Random, people: People, endings: readonly string[]): string {
  const kind = random.next();
  const stem =
    kind < 0.35
      ? people.last()
      : kind < 0.6
        ? people.city()
        : kind < 0.72
          ? `Saint ${people.first()}`
          : kind < 0.8
            ? `St. ${people.first()}'s`
            : capitalise(people.word());
  return stem + random.pick(endings);
}

function time(random: Random, form: Form): string {
  const [hour, minute] = [random.int(1, 12), random.pick([0, 0, 15, 30, 45, 10, 20])];
  if (form.spoken && random.chance(0.6))
    return `${belowHundred(hour)}${minute === 0 ? '' : ` ${belowHundred(minute)}`} ${random.pick(['am', 'pm', 'a m', 'p m', "o'clock", ''])}`.trimEnd();
  return `${hour}${minute === 0 && random.chance(0.5) ? '' : `:${String(minute).padStart(2, '0')}`} ${random.pick(['AM', 'PM', 'am', 'pm', 'a.m.'])}`;
}
