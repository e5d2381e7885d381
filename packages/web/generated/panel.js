(()=>{"use strict";
const storageName = 'tijori-demo-panel';
const happeningsMax = 200;
const copiedMs = 1_500;
const idPattern = /([0-9a-f]{8})-[0-9a-f-]{27}/;
function runPanel() {
const part = (name)=>document.querySelector(`[data-panel="${name}"]`);
const list = part('list');
const nothing = part('nothing');
let happenings = kept();
const draw = (from)=>{
const first = happenings[0]?.atMs ?? 0;
list?.append(...happenings.slice(from).map((each)=>row(each, first)));
if (nothing) nothing.hidden = happenings.length > 0;
if (list) list.scrollTop = list.scrollHeight;
};
const note = (...more)=>{
happenings = [
...happenings,
...more
].slice(-happeningsMax);
keep(happenings);
draw(happenings.length - more.length);
};
addEventListener('entitylocker', (event)=>{
const { type, ...fields } = event.detail;
const more = fields.step ?? fields.code ?? '';
const isGood = ![
'error',
'expired',
'cancelled',
'consent_denied'
].includes(type);
const detail = JSON.stringify({
type,
...fields
}, null, 2);
note({
atMs: Date.now(),
kind: 'event',
name: type,
more: more === type ? '' : more,
isGood,
detail
});
});
const call = window.fetch.bind(window);
window.fetch = async (input, init)=>{
const response = await call(input, init);
if (String(input).startsWith('/demo/api/')) {
const { calls = [] } = await response.clone().json().catch(()=>({}));
note(...calls.map(happeningOf));
}
return response;
};
document.addEventListener('click', ({ target })=>{
const button = target.closest('button[data-panel]');
if (button?.dataset.panel === 'clear') {
happenings = [];
keep(happenings);
list?.replaceChildren();
draw(0);
}
if (button?.dataset.panel === 'copy') void copy(button);
});
const settings = part('settings');
settings?.addEventListener('change', ()=>settings.submit());
settings?.classList.add('live');
draw(0);
}
function happeningOf({ method, path, status, elapsedMs, request, answer }) {
const body = request === undefined ? '' : `${JSON.stringify(request, null, 2)}\n\n`;
return {
atMs: Date.now(),
kind: 'call',
name: `${method} ${path.replace(idPattern, '$1…')}`,
more: `${status} · ${elapsedMs} ms`,
isGood: status < 400,
detail: `${method} ${path}\n${body}→ ${status}\n${JSON.stringify(answer, null, 2)}`
};
}
function row({ atMs, kind, name, more, isGood, detail }, firstMs) {
const item = element('li', kind);
item.classList.toggle('bad', !isGood);
const details = document.createElement('details');
const summary = document.createElement('summary');
const what = element('code', 'name');
what.textContent = name;
const how = element('span', 'more');
how.textContent = more;
const chip = element('span', 'kind');
chip.textContent = kind === 'event' ? 'event' : 'API';
const time = element('span', 'time');
time.textContent = `+${((atMs - firstMs) / 1000).toFixed(1)} s`;
summary.append(chip, what, how, time);
const text = document.createElement('pre');
text.textContent = detail;
text.tabIndex = 0;
text.ariaLabel = name;
details.append(summary, text);
item.append(details);
return item;
}
function element(tag, className) {
const made = document.createElement(tag);
made.className = className;
return made;
}
async function copy(button) {
const text = button.parentElement?.querySelector('pre')?.textContent ?? '';
const done = await navigator.clipboard.writeText(text).then(()=>'Copied', ()=>'Select and copy it');
const before = button.textContent;
button.textContent = done;
setTimeout(()=>{
button.textContent = before;
}, copiedMs);
}
function kept() {
try {
const list = JSON.parse(sessionStorage.getItem(storageName) ?? '[]');
return Array.isArray(list) ? list : [];
} catch  {
return [];
}
}
function keep(happenings) {
try {
sessionStorage.setItem(storageName, JSON.stringify(happenings));
} catch  {}
}
runPanel();
})();
