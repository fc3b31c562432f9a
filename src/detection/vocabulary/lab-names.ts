/** Names of laboratory tests, vital signs and scores, whose numbers measure. */

const phrases = (text: string): readonly string[] => text.split(',').map((phrase) => phrase.trim());

/** In lower case. Each says by itself that the number after it is a result. */
export const LAB_NAMES: readonly string[] = phrases(
  'sodium, potassium, chloride, bicarb, bicarbonate, carbon dioxide, bun, blood urea nitrogen, creatinine, glucose, glu, calcium, magnesium, phosphorus, phosphate, albumin, alb, total protein, bilirubin, bili, tbili, dbili, total bili, direct bili, ' +
    'ast, alt, alk phos, alkp, alp, ggt, ldh, lipase, amylase, wbc, wbcs, rbc, rbcs, hgb, hct, hemoglobin, haemoglobin, hematocrit, platelet, platelets, platelet count, platelets count, plt, plts, mcv, mch, mchc, rdw, mpv, neutrophils, lymphocytes, ' +
    'eosinophils, monocytes, basophils, reticulocytes, retic, anc, alc, inr, ptt, aptt, protime, prothrombin time, fibrinogen, d-dimer, d dimer, ddimer, troponin, troponins, bnp, probnp, pro-bnp, nt-probnp, nt pro bnp, ck-mb, cpk, crp, hs-crp, esr, ' +
    'sed rate, ferritin, iron, tibc, transferrin, folate, vitamin d, vitamin b12, vit d, b12, tsh, free t4, ft4, t3, t4, a1c, hba1c, hgb a1c, hemoglobin a1c, ldl, hdl, vldl, triglycerides, triglyceride, cholesterol, total cholesterol, psa, cea, ' +
    'ca 125, ca-125, ca 19-9, afp, hcg, beta hcg, quant, lactate, lactic acid, ammonia, cortisol, testosterone, estradiol, estrogen, progesterone, prolactin, fsh, insulin level, c-peptide, vancomycin trough, vanc trough, vanc level, digoxin level, ' +
    'lithium level, dilantin level, anion gap, egfr, gfr, spo2, sao2, sp o2, o2 sat, o2 sats, oxygen, oxygen level, oxygen saturation, oxygen sat, pulse ox, sats, sat, fio2, pao2, paco2, pco2, po2, hco3, co2, bmi, heart rate, pulse, pulse rate, ' +
    'respiratory rate, respirations, resps, blood pressure, systolic, diastolic, bp, blood sugar, blood sugars, sugar, sugars, blood glucose, fasting sugar, fasting glucose, fingerstick, finger stick, accucheck, accu-check, temp, temperature, tmax, ' +
    'white count, white cell count, white blood cell count, white blood cells, red count, red blood cell count, viral load, cd4, cd4 count, cell count, colony count, peak flow, fev1, fvc, ejection fraction, ef, gcs, apgar, apgars, phq-9, phq 9, phq9, ' +
    'gad-7, gad 7, gad7, moca, mmse, uric acid, urine output, uop, output, specific gravity, microalbumin, osmolality, osm, serum osm, glucose level, sugar level, weight, wt, height, ht, weigh, weighs, weighed, weighing, pain level, pain score, pain scale, ' +
    'map, sbp, dbp, cvp, pcwp, pip, peep, tidal volume, sliding scale, carb count, carbs, calories, ldl cholesterol, hdl cholesterol, count, trough, peak level, a1c level, total iron, free testosterone, kappa, lambda, igg, iga, igm, ige, hematocrit level',
);

/** As they are written. They are results only beside other results: `K` and `Ca` may be anything. */
export const SHORT_LAB_NAMES: ReadonlySet<string> = new Set(
  'Na K Cl Ca Mg Cr T P R HR RR BP PT Hb H LH CK pH PO O2 Phos Bicarb AG W Gluc Trop Lac iCa Fe N L M E B Ur Wt Ht Hgb TG TC Tbil Dbil'.split(
    ' ',
  ),
);
