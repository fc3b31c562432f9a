import type { Recogniser } from './recogniser.ts';
import { account } from './recognisers/account.ts';
import { address } from './recognisers/address.ts';
import { age } from './recognisers/age.ts';
import { creditCard } from './recognisers/credit-card.ts';
import { date } from './recognisers/date.ts';
import { device } from './recognisers/device.ts';
import { email } from './recognisers/email.ts';
import { healthPlan } from './recognisers/health-plan.ts';
import { ipAddress } from './recognisers/ip-address.ts';
import { license } from './recognisers/licence.ts';
import { name } from './recognisers/name.ts';
import { otherId } from './recognisers/other-id.ts';
import { phone } from './recognisers/phone.ts';
import { photo } from './recognisers/photo.ts';
import { biometric, mrn, vehicle } from './recognisers/record-ids.ts';
import { ssn } from './recognisers/ssn.ts';
import { url } from './recognisers/url.ts';

/** All recognisers. A new one, of any pass, is added here and nowhere else. */
export const RECOGNISERS: readonly Recogniser[] = [
  email,
  url,
  photo,
  ipAddress,
  phone,
  ssn,
  creditCard,
  account,
  mrn,
  healthPlan,
  license,
  vehicle,
  device,
  biometric,
  date,
  age,
  address,
  name,
  otherId,
];
