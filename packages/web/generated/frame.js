(()=>{"use strict";
const frameSteps = [
'notice',
'entitylocker',
'waiting',
'end'
];
const pageToFrame = {
'tijori.hello': {
nonce: 'text',
page: 'text',
place: [
'modal',
'container'
],
brand: 'text',
logo: 'text',
mode: [
'',
'light',
'dark'
],
seed: 'text',
locale: 'text'
},
'tijori.go': {
nonce: 'text'
},
'tijori.bye': {
nonce: 'text'
}
};
const frameToPage = {
'tijori.state': {
nonce: 'text',
step: frameSteps,
status: 'text',
reason: 'text',
requested: 'texts',
consented: 'texts',
error: 'text'
},
'tijori.close': {
nonce: 'text'
},
'tijori.leave': {
nonce: 'text',
by: [
'frame',
'page'
]
}
};
const windowToFrame = {
'tijori.returned': {
nonce: 'text',
session: 'text',
handle: 'text'
}
};
const textMax = 4096;
const listMax = 32;
function readMessage(table, data) {
try {
const given = data;
const { type } = given;
if (typeof type !== 'string' || !Object.hasOwn(table, type)) return undefined;
const message = {
type
};
for (const [name, field] of Object.entries(table[type] ?? {})){
const value = given[name];
if (!fits(field, value)) return undefined;
message[name] = Array.isArray(value) ? [
...value
] : value;
}
return message;
} catch  {
return undefined;
}
}
function fits(field, value) {
if (field === 'texts') return Array.isArray(value) && value.length <= listMax && value.every(isText);
return isText(value) && (field === 'text' || field.includes(value));
}
function isText(value) {
return typeof value === 'string' && value.length <= textMax;
}
const authorizationRequest = 'in.co.sandbox.kyc.entitylocker.sdk.authorization.request';
function browserCalls(sessionId, apiKey) {
let token = '';
let hasCookie = false;
const call = async (method, step, body)=>{
try {
const response = await fetch(`/kyc/entitylocker-sdk/sessions/${sessionId}${step}`, {
method,
headers: {
'x-api-key': apiKey,
...token && {
authorization: token
},
...body && {
'content-type': 'application/json'
}
},
...body && {
body: JSON.stringify(body)
}
});
const answer = await response.json();
const code = response.headers.get('x-error-code') ?? '';
return response.ok && answer.data ? {
code,
data: answer.data
} : {
code
};
} catch  {
return {
code: ''
};
}
};
const keepToken = async (answer)=>{
const { code, data } = await answer;
if (data) token = data.access_token;
return code;
};
return {
isBound: ()=>token !== '' && hasCookie,
async session () {
if (!token) {
const code = await keepToken(call('POST', '/init'));
if (!token) return {
code
};
}
const answer = await call('GET', '');
if (answer.data || answer.code) hasCookie = answer.data !== undefined;
if (answer.code === 'access_token_expired' || answer.code === 'invalid_access_token') token = '';
return answer;
},
authorizationUrl: async ()=>(await call('GET', '/authorization_url')).data?.authorization_url,
async confirmReturn (handle) {
if (handle) {
await keepToken(call('POST', '/authorize', {
'@entity': authorizationRequest,
request_token: handle
}));
}
},
async send (url) {
await fetch(url, {
method: 'POST',
redirect: 'manual'
}).catch(()=>undefined);
}
};
}
const pollMs = 2_500;
const lookMs = 500;
const windowSize = {
width: 480,
height: 760
};
const inAppPattern = /; wv\)|\bFBA[NV]\b|Instagram|\bLine\//;
function runFrame({ session = '', apiKey = '', status = '', ...given }) {
const calls = browserCalls(session, apiKey);
const words = (list)=>(list ?? '').split(' ').filter((word)=>word !== '');
let state = {
step: stepOf(status),
status,
reason: given.reason ?? '',
requested: words(given.requested),
consented: words(given.consented),
error: ''
};
let home;
let trip;
let departure;
let isAsking = false;
let nextPollAt = 0;
let hasAsked = false;
const isEnd = ()=>state.step === 'end';
const say = (message)=>home && parent.postMessage(message, home.origin);
const report = ()=>say({
type: 'tijori.state',
nonce: home?.nonce ?? '',
...state
});
const become = (more)=>{
state = {
...state,
...more
};
for (const part of document.querySelectorAll('[data-when]')){
part.hidden = part.dataset.when !== (state.step === 'entitylocker' ? 'entitylocker' : 'notice');
}
for (const part of document.querySelectorAll('[data-error]'))part.hidden = state.error === '';
report();
};
const endTrip = ()=>{
trip?.window.close();
trip = undefined;
};
const ask = async ()=>{
if (isAsking || isEnd()) return;
isAsking = true;
nextPollAt = Date.now() + pollMs;
const answer = await calls.session();
isAsking = false;
if (!answer.data) {
if (answer.code) become({
error: answer.code
});
if (answer.code === 'invalid_session_lifecycle') location.reload();
return;
}
const step = stepOf(answer.data.status);
const shown = state.status;
become({
step: step === 'notice' && trip ? 'entitylocker' : step,
status: answer.data.status,
reason: answer.code,
consented: answer.data.documents_consented ?? [],
error: ''
});
if (step === 'notice' || answer.data.status === shown) return;
endTrip();
location.reload();
};
const leave = (url)=>{
departure = url;
say({
type: 'tijori.leave',
nonce: home?.nonce ?? '',
by: url ? 'frame' : 'page'
});
};
const goToEntityLocker = async (choice)=>{
const nonce = crypto.randomUUID();
const isSameTab = isHandheld() || inAppPattern.test(navigator.userAgent) || hasAsked && !calls.isBound();
const opened = isSameTab ? null : window.open(`/consent/${session}/window?${lookNow()}`, nonce, features());
if (opened) {
endTrip();
trip = {
window: opened,
nonce
};
become({
step: 'entitylocker'
});
}
await firstAnswer;
const ticket = calls.isBound() ? await calls.authorizationUrl() : undefined;
for (const [name, value] of lookNow())if (!choice.has(name)) choice.set(name, value);
const url = ticket && `${ticket}&${choice}`;
if (opened && url) return opened.location.replace(url);
endTrip();
if (!opened || !calls.isBound()) return leave(url);
become({
step: 'notice',
error: 'upstream_unavailable'
});
void ask();
};
addEventListener('message', ({ source, origin, data })=>{
if (source && source === parent && (!home || home.origin === origin)) {
const message = readMessage(pageToFrame, data);
if (!message || home && home.nonce !== message.nonce) return;
if (message.type === 'tijori.hello') {
const address = addressWith(message);
if (address) return void firstAnswer.then(()=>location.replace(address));
home = {
origin,
nonce: message.nonce,
page: message.page
};
dress(message);
if (/^https?:/.test(message.logo)) {
hang(`/consent/${session}/logo?${new URLSearchParams({
key: apiKey,
url: message.logo
})}`);
}
report();
} else if (message.type === 'tijori.bye') {
endTrip();
} else if (departure && window.top) {
const back = `&key=${encodeURIComponent(apiKey)}&return=${encodeURIComponent(home?.page ?? '')}`;
window.top.location.href = departure + back;
departure = undefined;
}
} else if (trip && source === trip.window && origin === location.origin) {
const message = readMessage(windowToFrame, data);
if (message?.nonce !== trip.nonce || message.session !== session) return;
endTrip();
void calls.confirmReturn(message.handle).then(ask);
}
});
addEventListener('keydown', ({ key })=>key === 'Escape' && say({
type: 'tijori.close',
nonce: home?.nonce ?? ''
}));
addEventListener('focus', ()=>void ask());
document.addEventListener('submit', (event)=>{
const form = event.target;
const pressed = event.submitter;
event.preventDefault();
if (form.action.endsWith('/continue')) void goToEntityLocker(choiceOf(form, pressed));
else void calls.send(form.action).then(ask);
});
document.addEventListener('click', ({ target })=>{
const name = target.dataset?.press;
if (name === 'close') say({
type: 'tijori.close',
nonce: home?.nonce ?? ''
});
if (name === 'show') trip?.window.focus();
if (name === 'again') {
endTrip();
become({
step: 'notice'
});
}
});
setInterval(()=>{
if (trip?.window.closed) {
trip = undefined;
if (state.step === 'entitylocker') become({
step: 'notice'
});
nextPollAt = 0;
}
if (Date.now() >= nextPollAt) void ask();
}, lookMs);
const firstAnswer = ask().then(()=>{
hasAsked = true;
});
}
function stepOf(status) {
if (status === 'created' || status === 'initialized') return 'notice';
return status === 'authorized' ? 'waiting' : 'end';
}
function isHandheld() {
return matchMedia('(hover: none) and (pointer: coarse)').matches;
}
function features() {
const { width, height } = windowSize;
const left = Math.max(0, Math.round((screen.availWidth - width) / 2));
const top = Math.max(0, Math.round((screen.availHeight - height) / 2));
return `popup,width=${width},height=${height},left=${left},top=${top}`;
}
function lookNow() {
const look = new URLSearchParams(location.search);
look.delete('key');
return look;
}
function addressWith({ mode, seed, locale }) {
const query = new URLSearchParams(location.search);
const wish = (name, value)=>value !== '' && !query.has(name) && query.set(name, value);
wish('lang', locale);
wish('seed', /^#[0-9a-f]{6}$/i.test(seed) ? seed.slice(1) : '');
wish('mode', mode);
return query.size > new URLSearchParams(location.search).size ? `?${query}` : undefined;
}
function dress({ brand, place }) {
document.documentElement.dataset.place = place;
for (const part of document.querySelectorAll('[data-brand]')){
part.textContent = brand.slice(0, 80);
part.hidden = brand === '';
}
}
function hang(address) {
for (const picture of document.querySelectorAll('[data-logo]')){
if (picture.getAttribute('src') === address) continue;
picture.onload = ()=>{
picture.hidden = false;
};
picture.src = address;
}
}
function choiceOf(form, pressed) {
const choice = new URLSearchParams();
for (const [name, value] of new FormData(form))if (typeof value === 'string') choice.set(name, value);
if (pressed?.name) choice.set(pressed.name, pressed.value);
return choice;
}
if (parent === window) location.replace(location.pathname.replace(/\/frame$/, ''));
else runFrame(document.body.dataset);
})();
