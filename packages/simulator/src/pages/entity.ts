import { longDate } from '../dates.ts';
import type { Entity } from '../personas/persona.ts';
import { cancelForm, errorText, type FormTarget, form } from './form.ts';
import { type Html, html } from './html.ts';
import { heading, layout } from './layout.ts';

export interface EntityPage extends FormTarget {
  requester: string;
  personName: string;
  entities: readonly Entity[];
  fault: string | undefined;
}

export function entityPage(view: EntityPage): Html {
  const choices = view.entities.map(
    (entity, index) => html`<div class="choice">
<input type="radio" name="entity" id="entity-${index}" value="${entity.id}"${view.fault !== undefined && html` aria-describedby="entity-error"`}>
<label for="entity-${index}">${entity.name}
<span class="hint">Since ${longDate(entity.dateOfIncorporation)}, verified by ${entity.verifiedBy.toUpperCase()}</span></label>
</div>
`,
  );
  const main = html`${heading(view.requester, 'Entity', 'Choose the entity you act for')}
${form(
  view,
  'entity',
  html`<fieldset>
<legend>${view.personName}, you act for ${view.entities.length} entities</legend>
${errorText('entity-error', view.fault)}
${choices}</fieldset>
<button type="submit">Continue</button>`,
)}
${cancelForm(view, view.requester)}`;
  return layout({ title: 'Choose the entity', hasFault: view.fault !== undefined, main, bar: view });
}
