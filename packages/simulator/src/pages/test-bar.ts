import { type ScenarioName, scenarioNames, scenarioTable } from '../scenarios/table.ts';
import { type FormTarget, form } from './form.ts';
import { type Html, html } from './html.ts';

function options(chosen: ScenarioName | undefined): Html {
  const list = scenarioNames.map(
    (name) =>
      html`<option value="${name}"${name === chosen && html` selected`}>${name} (${scenarioTable[name].end})</option>
`,
  );
  return html`${list}`;
}

// On nearly every page, so made once.
const untouched = options(undefined);

/** At the foot of every page of a journey: which outcome it plays, and every other to choose. Works without scripts. */
export function testBar(view: FormTarget): Html {
  const playing = view.scenario && scenarioTable[view.scenario];
  return html`<footer class="test-bar">
<details>
<summary>Test bar: ${view.scenario ?? 'no outcome chosen'}</summary>
${playing && html`<p>${playing.userSees} <strong>The requester gets:</strong> ${playing.clientGets}${playing.caller !== undefined && html` <strong>You:</strong> ${playing.caller}`}</p>`}
${form(
  view,
  'outcome',
  html`<label for="scenario">Outcome of this request</label>
<select id="scenario" name="scenario">
${view.scenario === undefined ? untouched : options(view.scenario)}</select>
<button class="second" type="submit">Play this outcome</button>`,
)}
<p class="hint">By address: add <code>?x_simulator_scenario=</code> and the name to this page or to the authorization request.</p>
</details>
</footer>`;
}
