/**
 * Words of calls, forms and instructions that are not names, in lower case. After a cue such as "my name is" a lower-case word is taken
 * for a name unless it stands here; one that is also a common name (will, mark, grace) does not.
 */
export const COMMON_WORDS: ReadonlySet<string> = new Set(
  // function words
  (
    'a an the and or but nor so yet if then than as at by for from in into of off on onto out over per to up upon with within without about above across after against along ' +
    'among around before behind below beneath beside between beyond despite down during except inside near outside past since through throughout till toward towards under until via ' +
    "i i'm i'd i'll i've me my mine myself you you're you'd you'll you've your yours yourself he he'd he'll him his himself she she'd she'll her hers herself it it'll its itself we we're we'd we'll " +
    "we've us our ours they they're they'd they'll they've them their theirs this that these those who whom whose which what when where why how there here 's let's " +
    "be is am are was were been being do does did done doing don't doesn't didn't have has had having haven't hasn't hadn't can cannot can't could couldn't shall should shouldn't " +
    "would wouldn't won't might must will isn't aren't wasn't weren't not no yes yeah yep nope okay ok oh uh um uhm er ah hmm hello hi hey bye goodbye please thanks thank sorry welcome " +
    'all any both each either every few many more most much neither none other others another some such same own only just very too also still even ever never always often usually ' +
    'sometimes again already now today tonight tomorrow yesterday soon later early late maybe perhaps really actually probably currently recently mostly almost quite rather pretty ' +
    'well good great fine nice bad better best worse worst new old young big small large little long short high low right left wrong sure true false ready able unable available happy ' +
    'sad glad afraid worried concerned interested tired sick ill healthy pregnant allergic diabetic hungry busy free open closed late urgent important serious severe mild normal stable ' +
    'correct incorrect different similar possible impossible necessary required optional missing unknown empty invalid valid full complete first second third last next previous final one two ' +
    'three four five six seven eight nine ten eleven twelve twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million zero double triple half quarter dozen once twice ' +
    // days and times
    'monday tuesday wednesday thursday friday saturday sunday january february march april june july august september october november december day days week weeks weekend month months ' +
    'year years hour hours minute minutes second seconds morning afternoon evening night noon midnight time times date dates birth birthday born age old ' +
    // verbs of calls
    'call calling called calls speak speaking spoke spoken talk talking talked say says said saying tell tells told telling ask asks asked asking answer want wants wanted need needs needed ' +
    'needing like likes liked love hope think thinks thought know knows knew known believe guess feel feels felt feeling look looks looking looked see sees saw seen seeing hear heard listen hold holding ' +
    'wait waiting go goes going gone went come comes coming came get gets getting got gotten give gives giving gave given take takes taking took taken make makes making made put puts set keep ' +
    'keeps kept start starts started starting stop stops stopped begin began try tries trying tried use uses used using help helps helping helped check checks checking checked confirm confirmed ' +
    'confirming verify verified verifying change changed changing cancel cancelled canceled cancelling schedule scheduled scheduling reschedule rescheduling book booked booking order ordered ' +
    'ordering refill refilled pick picked picking pay pays paid paying send sends sending sent receive received return returned returning reach reaching reached contact contacted leave left ' +
    'leaving live lives lived living work works working worked move moved moving stay staying find finding found show shows shown run running ran turn turned play read reading write wrote written ' +
    'spell spelled spelling spelt repeat pronounce pronounced register registered update updated add added remove removed transfer transferred connect connected follow following followed ' +
    'bring brought prescribe prescribed prescribes recommend recommended diagnose diagnosed treat treated admit admitted discharge discharged refer referred sees seeing visit visits visited visiting ' +
    'hurts hurt hurting miss missed having become became remember forget forgot happen happened happening continue explain respond reply provide provides provided include includes included ensure ' +
    'assist assists assisting collect enter entered please lost issue issues seem seems appear appears mean means matter let lets open close cover covers covered explain based filed ' +
    // nouns of calls
    'appointment appointments visit office clinic hospital pharmacy lab labs center centre department room floor desk building street avenue road drive lane city state county country zip code address ' +
    'phone number numbers cell mobile home line email mail fax message text voice voicemail website portal name names first last middle maiden full nickname initial initials id identification ' +
    'account accounts card insurance plan policy group member subscriber medicare medicaid coverage claim claims case copay deductible bill bills billing payment balance record records chart file form forms ' +
    'report reports result results test tests testing history question questions problem information info details detail data list reason reasons note notes request requests reference confirmation authorization ' +
    'doctor doctors dr nurse nurses physician physicians provider providers specialist surgeon therapist dentist pharmacist practitioner assistant receptionist representative agent operator staff team ' +
    'patient patients caller callers customer person people someone anyone everyone nobody somebody man woman boy girl guy lady baby child children kid kids family friend friends husband wife spouse ' +
    'partner son daughter mother mom mum father dad brother sister parent parents grandmother grandfather grandma grandpa grandson granddaughter uncle aunt cousin nephew niece caregiver guardian neighbor ' +
    'boss emergency ambulance police surgery procedure operation exam examination checkup physical vaccine shot flu covid blood pressure sugar heart lung lungs liver kidney kidneys stomach back neck head chest leg ' +
    'arm hand foot feet knee shoulder hip eye eyes ear ears nose throat skin pain ache headache fever cough cold nausea dizzy dizziness vomiting rash swelling bleeding breathing breath symptoms symptom ' +
    'diabetes cancer asthma hypertension depression anxiety stroke infection allergy allergies condition disease disorder medication medications medicine medicines meds drug drugs pill pills prescription prescriptions dose ' +
    'tablet tablets insulin metformin lisinopril aspirin ibuprofen tylenol treatment therapy mri ct scan xray ultrasound biopsy screening ' +
    'thing things something anything everything nothing way ways lot lots bit part side place places top bottom end ends case point kind type sort example word words letter letters digit digits system service services ' +
    'model tool tools function functions name user users input output value values field fields string object array null none default error errors instructions instruction role content json api key ' +
    "company business store school job house apartment car truck dog cat food water money dollars cost price today's ma'am sir miss mister mr mrs ms madam dear insured dependent minor " +
    "who's where's how's what's here's there's that's it's he's she's because though although while whether however therefore instead unless whenever once both whose regarding concerning about unfortunately " +
    'back away together apart alone else especially exactly correctly properly quickly slowly immediately calmly politely briefly clearly out there here virtual automated helpful friendly professional medical clinical dental ' +
    'health healthcare care primary general family internal personal private public legal social security number human male female single married divorced widowed american african asian hispanic white black english spanish ' +
    "mary's saint st positive negative doing hoping wondering okay alright fantastic wonderful perfect awesome excellent excited confused upset stuck sitting standing driving sleeping eating drinking smoking taking " +
    'supposed allowed due overdue down experiencing suffering recovering retired unemployed employed disabled deaf blind over under weight pounds kilograms height tall inches ' +
    'dob mrn ssn npi dea vin dx rx hx id ids ext tel po ok daily weekly monthly annual yearly regular follow interested aware catholic christian jewish muslim hindu buddhist certain clear close common entire main major minor particular several various whole behalf side eligible bound going'
  ).split(/\s+/),
);
