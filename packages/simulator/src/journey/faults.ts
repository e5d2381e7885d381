/** What can be wrong with a post, as the journey's row keeps it, and how the next page words it. */
const wording = {
  mobile_malformed: 'Type the mobile number as ten digits, without the country code.',
  mobile_unknown: 'Nobody here has this mobile number. Choose one of the fictional people below.',
  mobile_other: 'This is not the number of the person who is registered with the entity.',
  identifier_unknown:
    'No entity here has this CIN, GSTIN, PAN or Udyam number. Choose one of the fictional entities below.',
  identifier_wrong: 'This is not the identifier of the entity.',
  kind_wrong: 'The entity with this identifier is of another kind.',
  role_missing: 'Choose what you are to the entity.',
  otp_malformed: 'Type the six digits that are shown above.',
  otp_wrong: 'This is not the one-time password that is shown above.',
  otp_wrong_last: 'This is not the one-time password that is shown above. One more wrong try ends this sign-in.',
  pin_wrong: 'This is not the security PIN that is shown above.',
  entity_missing: 'Choose one of the entities.',
} as const;

export type JourneyFault = keyof typeof wording;

export function faultText(fault: string | undefined): string | undefined {
  if (fault === undefined) return undefined;
  return Object.hasOwn(wording, fault) ? wording[fault as JourneyFault] : undefined;
}
