import type { DetectionRules, KindRule } from './span.ts';

const EVERYTHING: KindRule = { enabled: true, regex: true, ner: true, threshold: 0.6 };

/** Every pass and every kind but ORG, with the defaults of a kind that a policy does not list (see docs/detection.md). */
export const DEFAULT_RULES: DetectionRules = {
  passes: ['regex', 'ner', 'known', 'gemma'],
  kinds: {
    NAME: EVERYTHING,
    ADDRESS: EVERYTHING,
    DATE: EVERYTHING,
    DOB: EVERYTHING,
    AGE: EVERYTHING,
    PHONE: EVERYTHING,
    FAX: EVERYTHING,
    EMAIL: EVERYTHING,
    SSN: EVERYTHING,
    MRN: EVERYTHING,
    HEALTH_PLAN: EVERYTHING,
    ACCOUNT: EVERYTHING,
    CREDIT_CARD: EVERYTHING,
    LICENSE: EVERYTHING,
    VEHICLE: EVERYTHING,
    DEVICE: EVERYTHING,
    URL: EVERYTHING,
    IP_ADDRESS: EVERYTHING,
    BIOMETRIC: EVERYTHING,
    PHOTO: EVERYTHING,
    OTHER_ID: EVERYTHING,
    ORG: { ...EVERYTHING, enabled: false },
  },
  sensitivity: 0.25,
  patterns: [],
  allow: [],
};
