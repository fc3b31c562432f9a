/** Drugs that everybody names, and old brands: words that the list of medicine leaves out because they are common or out of print. */
export const COMMON_DRUGS: ReadonlySet<string> = new Set(
  [
    'acetaminophen acyclovir aldomet aldoril amiodarone ampicillin androgen anexsia antivert anturane apresoline aristocort',
    'ascorbic aspirin atromid atropine bacitracin baycol belladonna bellergal betapace biotin bonine butisol cafergot caffeine',
    'calamine camphor cantil capozide cardene chantix chloroform chromium clonidine cobalamin codeine colchicine colestid cordarone',
    'cortisol cortisone cyclosporine cylert dalmane darvocet darvon dexamethasone dextroamphetamine diamox digitalis digoxin',
    'dilantin disulfiram diuril dobutamine donnatal dopamine doriden dynacirc edecrin enduron ephedrine epinephrine equanil',
    'ergotamine erythromycin esgic esidrix estradiol estrogen ethambutol ethmozine fentanyl fiorinal furosemide glucagon glycerin',
    'halcion heparin hydrocortisone hydrodiuril hygroton ibuprofen inderide insulin interferon interleukin isoniazid lanolin lescol',
    'librax librium lithium lomotil loniten lopid lorcet lorelco lozol magnesium maolate marezine melatonin menthol meperidine',
    'metformin methadone metrodin mevacor mexitil midamor midrin miltown minoxidil moduretic morphine nembutal neptazane niacin',
    'nicotine nimotop nitroglycerin norepinephrine norgesic norpace novocain numorphan ovcon oxytocin pamine pancrease parafon',
    'paregoric penicillin percodan persantine petrolatum phenobarbital pilocarpine placidyl plendil pletal posicor prednisone',
    'probanthine procan progesterone pronestyl propulsid prosom pseudoephedrine quaalude questran quinaglute quinidex quinidine',
    'quinine reglan restoril retinol riboflavin rifampin robinul rogaine roxicet rythmol sansert scopolamine seconal selenium senna',
    'serax streptokinase streptomycin sular talacen talwin tambocor tamoxifen testosterone tetracycline theophylline thiamine',
    'thyroxine ticlid tigan tocopherol tonocard torecan transderm tranxene trental tylox urokinase urso vascor vasopressin',
    'vasoretic verapamil versed vistaril warfarin wigraine wytensin zaroxolyn zelnorm zoster',
  ]
    .join(' ')
    .split(' '),
);
