import { docTypeNamed, docTypes, type WalkAction, type WalkStep } from '@tijori/wire';
import { AppError } from '../domain/app-error.ts';
import { buttonValues, type Choice, choicesOf, type Form, fieldValue, markedText, type Page } from './page.ts';

type Fields = (readonly [string, string])[];

/** How one action fills in the form of its page. */
interface StepForm {
  /** The form that it sends. */
  form: string;
  fields: (form: Form, step: WalkStep, page: Page) => Fields;
  /** Valid ones, when the page comes back with a fault because it does not know what was typed. */
  known?: (page: Page, forms: Form[]) => string[];
}

/** The actions that send a form of EntityLocker's. Left-out fields are filled in as the page suggests. */
export const stepForms: Readonly<Partial<Record<WalkAction, StepForm>>> = {
  sign_in: {
    form: 'sign-in',
    fields: (_form, { mobile }, page) => [['mobile', mobile ?? buttonValues(page, 'persona')[0] ?? '']],
    known: (page) => buttonValues(page, 'persona'),
  },
  sign_up: {
    form: 'sign-up',
    fields: (_form, { identifier }, page) => [['identifier', identifier ?? buttonValues(page, 'identifier')[0] ?? '']],
    known: (page) => buttonValues(page, 'identifier'),
  },
  link: {
    form: 'link',
    fields: (form, { role = 'director', mobile }) => [
      ['role', role],
      ['mobile', mobile ?? fieldValue(form, 'mobile')],
    ],
    known: (_page, forms) => forms.filter(({ step }) => step === 'link').map((form) => fieldValue(form, 'mobile')),
  },
  enter_otp: { form: 'otp', fields: (_form, { otp }, page) => [['otp', otp ?? markedText(page, 'otp')]] },
  enter_pin: { form: 'pin', fields: (_form, { pin }, page) => [['pin', pin ?? markedText(page, 'pin')]] },
  choose_entity: {
    form: 'entity',
    fields: (form, { entity }) => {
      const choices = choicesOf(form, 'entity');
      const chosen = entity === undefined ? choices[0] : choices.find(({ text }) => text === entity);
      if (!chosen) throw unknownChoice(choices.map(({ text }) => text));
      return [['entity', chosen.value]];
    },
  },
  give_identifier: {
    form: 'identifier',
    fields: (_form, { identifier }, page) => [['identifier', identifier ?? markedText(page, 'identifier')]],
    known: (page) => [markedText(page, 'identifier')],
  },
  approve: { form: 'approval', fields: () => [] },
  consent: {
    form: 'consent',
    fields: (form, { documents }) => [
      ...ticked(choicesOf(form, 'document'), documents).map(({ value }) => ['document', value] as const),
      ['decision', 'allow'],
    ],
  },
};

function ticked(choices: readonly Choice[], wanted: readonly string[] | undefined): readonly Choice[] {
  if (!wanted) return choices.filter(({ isChecked }) => isChecked);
  const offered = docTypes.filter(({ upstreamCode }) => choices.some(({ code }) => code === upstreamCode));
  const codes = wanted.map((name) => docTypeNamed(name)?.upstreamCode);
  if (codes.some((code) => !choices.some((choice) => choice.code === code))) {
    throw unknownChoice(offered.map(({ name }) => name));
  }
  return choices.filter(({ code }) => codes.some((asked) => asked === code));
}

function unknownChoice(choices: readonly string[]): AppError {
  return new AppError('unknown_choice', { fill: { choices: choices.join(', ') } });
}
