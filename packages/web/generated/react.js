import { createElement, useEffect, useRef, useState } from 'react';
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
const helloMs = 2_000;
const answerMsMax = 7_000;
const loadMsMax = 20_000;
function converse(iframe, origin, hello, heard) {
const nonce = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte)=>byte.toString(16)).join('.');
let answered = false;
let hasEverAnswered = false;
let timer;
let patience = setTimeout(heard.silent, loadMsMax);
const say = (message)=>iframe.contentWindow?.postMessage(message, origin);
const ask = ()=>say({
type: 'tijori.hello',
nonce,
...hello
});
const onLoad = ()=>{
clearInterval(timer);
clearTimeout(patience);
answered = false;
patience = setTimeout(()=>answered || heard.silent(), hasEverAnswered ? loadMsMax : answerMsMax);
timer = setInterval(ask, helloMs);
ask();
};
const onMessage = ({ source, origin: from, data })=>{
if (!source || source !== iframe.contentWindow || from !== origin) return;
const message = readMessage(frameToPage, data);
if (message?.nonce !== nonce) return;
answered = true;
hasEverAnswered = true;
if (message.type === 'tijori.state') heard.state(message);
else if (message.type === 'tijori.close') heard.close();
else heard.leave(message.by);
};
iframe.addEventListener('load', onLoad);
addEventListener('message', onMessage);
return {
go: ()=>say({
type: 'tijori.go',
nonce
}),
bye: ()=>say({
type: 'tijori.bye',
nonce
}),
stop () {
clearInterval(timer);
clearTimeout(patience);
iframe.removeEventListener('load', onLoad);
removeEventListener('message', onMessage);
}
};
}
const nameOf = (baseUrl)=>`tijori:${baseUrl}`;
function keepPending(baseUrl, pending) {
try {
sessionStorage.setItem(nameOf(baseUrl), JSON.stringify(pending));
} catch  {}
}
function takePending(baseUrl) {
try {
const text = sessionStorage.getItem(nameOf(baseUrl));
sessionStorage.removeItem(nameOf(baseUrl));
const kept = JSON.parse(text ?? 'null');
return typeof kept?.sessionId === 'string' ? {
sessionId: kept.sessionId,
look: kept.look ?? {}
} : undefined;
} catch  {
return undefined;
}
}
const ownAnswers = [
'consent_denied',
'nothing_consented'
];
function tellApart(sessionId, before, now) {
const events = [];
if (!before) events.push({
type: 'ready',
sessionId
});
if (before?.step !== now.step) events.push({
type: 'step',
step: now.step,
sessionId
});
if (now.error && now.error !== before?.error) {
events.push({
type: 'error',
code: now.error,
final: false,
sessionId
});
}
const { status, reason, consented } = now;
let result;
if (status === 'succeeded') {
const missing = now.requested.filter((docType)=>!consented.includes(docType));
events.push(missing.length > 0 ? {
type: 'consent_partial',
consented,
missing,
sessionId
} : {
type: 'consent_granted',
consented,
sessionId
}, {
type: 'completed',
consented,
sessionId
});
result = 'completed';
} else if (status === 'expired') {
events.push({
type: 'expired',
sessionId
});
result = 'expired';
} else if (status === 'failed' && ownAnswers.includes(reason)) {
events.push({
type: 'consent_denied',
code: reason,
sessionId
});
result = 'denied';
} else if (status === 'failed') {
const cancelled = reason === 'session_cancelled';
events.push(cancelled ? {
type: 'cancelled',
sessionId
} : {
type: 'error',
code: reason,
final: true,
sessionId
});
result = cancelled ? 'cancelled' : 'failed';
}
return {
events,
outcome: result && {
sessionId,
result,
consented
}
};
}
const farewellMs = 300;
const css = `dialog{position:fixed;inset:0;box-sizing:border-box;width:min(31rem,100vw);height:min(46rem,100dvh - 2rem);max-width:none;max-height:none;margin:auto;padding:0;border:0;border-radius:1rem;overflow:hidden;overscroll-behavior:contain;background:#fff;color:#1b2230;font:1rem/1.5 system-ui,sans-serif;box-shadow:0 1rem 4rem rgb(0 0 0/.35)}
dialog[open]{display:flex;flex-direction:column}
dialog[data-mode=dark]{background:#1a2028;color:#eceff4}
dialog::backdrop{background:rgb(10 14 20/.6)}
header{display:flex;align-items:center;gap:.5rem;padding:.25rem .25rem .25rem 1.25rem;font-size:.9rem;font-weight:600}
span{flex:1;min-width:0}
iframe{flex:1;width:100%;min-height:0;border:0}
[hidden]{display:none}
p{margin:2rem}
button{width:2.75rem;height:2.75rem;padding:0;border:0;border-radius:.75rem;background:0 0;color:inherit;font:1.6rem/1 system-ui,sans-serif;cursor:pointer}
button:hover{background:rgb(128 128 128/.2)}
button:focus-visible{outline:3px solid;outline-offset:-3px}
@media(max-width:36rem){dialog{width:100vw;height:100dvh;border-radius:0}}
@media(prefers-color-scheme:dark){dialog[data-mode=""]{background:#1a2028;color:#eceff4}}
@media(prefers-reduced-motion:no-preference){dialog{animation:rise .18s ease-out}@keyframes rise{from{opacity:0;transform:translateY(.75rem)}}}`;
function openModal(look, onClose) {
const host = document.createElement('div');
const root = host.attachShadow({
mode: 'open'
});
addStyle(root, look.cspNonce);
const dialog = document.createElement('dialog');
dialog.dataset.mode = look.mode;
dialog.ariaLabel = look.labels.title;
const button = document.createElement('button');
button.ariaLabel = look.labels.close;
button.textContent = '×';
button.onclick = ()=>dialog.close();
const iframe = frameOf(look);
const note = document.createElement('p');
note.role = 'alert';
const header = document.createElement('header');
const title = document.createElement('span');
title.textContent = look.labels.title;
header.append(title, button);
dialog.append(header, iframe, note);
note.hidden = true;
root.append(dialog);
document.body.append(host);
dialog.onclose = onClose;
dialog.showModal();
return {
iframe,
say (text) {
iframe.hidden = true;
note.hidden = false;
note.textContent = text;
},
reveal: ()=>reveal(iframe),
focus: ()=>iframe.focus(),
remove () {
dialog.onclose = null;
dialog.close();
setTimeout(()=>host.remove(), farewellMs);
}
};
}
function openInside(container, look) {
const iframe = frameOf(look);
iframe.style.cssText += ';display:block;width:100%;height:100%;min-height:30rem;border:0';
container.append(iframe);
const note = document.createElement('p');
note.role = 'alert';
return {
iframe,
say (text) {
note.textContent = text;
iframe.hidden = true;
iframe.style.display = 'none';
container.append(note);
},
reveal: ()=>reveal(iframe),
focus () {},
remove () {
iframe.style.display = 'none';
note.remove();
setTimeout(()=>iframe.remove(), farewellMs);
}
};
}
function frameOf({ url, mode, labels }) {
const iframe = document.createElement('iframe');
iframe.title = labels.title;
iframe.style.colorScheme = mode || 'light dark';
iframe.style.opacity = '0';
iframe.referrerPolicy = 'no-referrer';
iframe.src = url;
return iframe;
}
function reveal(iframe) {
iframe.style.opacity = '';
}
function addStyle(root, nonce) {
try {
const sheet = new CSSStyleSheet();
sheet.replaceSync(css);
root.adoptedStyleSheets = [
sheet
];
} catch  {
const style = document.createElement('style');
style.nonce = nonce ?? '';
style.textContent = css;
root.append(style);
}
}
const settleMs = 1_600;
const departureMsMax = 4_000;
const labels = {
title: 'Share business documents',
close: 'Close',
unavailable: 'This step could not be loaded. Close it and try again.'
};
function openSession(options, sessionId, emit) {
const { baseUrl, apiKey, brand, theme, locale } = options;
const { promise: outcome, resolve } = settled();
const path = `${baseUrl}/consent/${encodeURIComponent(sessionId)}`;
const key = `?key=${encodeURIComponent(apiKey)}`;
const keep = ()=>keepPending(baseUrl, {
sessionId,
look: lookOf(options)
});
const leaveTab = ()=>{
keep();
location.assign(`${path}${key}${lookQuery(options)}&return=${encodeURIComponent(location.href)}`);
};
let isOpen = true;
let ended = false;
let last;
let timer;
const close = ()=>{
if (!isOpen) return;
isOpen = false;
clearTimeout(timer);
if (last && !ended) talk?.bye();
talk?.stop();
surface?.remove();
resolve({
sessionId,
result: 'closed',
consented: []
});
emit({
type: 'closed',
sessionId
});
};
const container = options.mode === 'container' && options.container?.();
const look = {
url: `${path}/frame${key}`,
mode: theme?.mode ?? '',
labels: {
...labels,
...options.labels
},
cspNonce: options.cspNonce
};
const surface = options.mode === 'redirect' ? undefined : container ? openInside(container, look) : openModal(look, close);
const talk = surface && converse(surface.iframe, baseUrl, {
page: location.href,
place: container ? 'container' : 'modal',
brand: brand?.name ?? '',
logo: brand?.logoUrl ?? '',
mode: theme?.mode ?? '',
seed: theme?.seed ?? '',
locale: locale ?? ''
}, {
state (state) {
if (ended) return;
const told = tellApart(sessionId, last, state);
if (!last) {
surface.reveal();
surface.focus();
}
last = state;
ended = told.outcome !== undefined;
if (told.outcome) resolve(told.outcome);
if (state.status === 'succeeded' && !container) timer = setTimeout(close, settleMs);
for (const event of told.events)emit(event);
},
close: ()=>container || close(),
leave (by) {
if (by === 'page') return leaveTab();
keep();
talk?.go();
timer = setTimeout(leaveTab, departureMsMax);
},
silent () {
talk?.stop();
surface.say(look.labels.unavailable);
if (ended) return;
ended = true;
resolve({
sessionId,
result: 'failed',
consented: []
});
emit({
type: 'error',
code: 'frame_unavailable',
final: true,
sessionId
});
}
});
emit({
type: 'opened',
sessionId
});
if (!surface) leaveTab();
return {
sessionId,
outcome,
close
};
}
function lookQuery({ theme, locale }) {
const seed = theme?.seed?.replace('#', '');
return Object.entries({
lang: locale,
seed,
mode: theme?.mode
}).map(([name, value])=>value ? `&${name}=${encodeURIComponent(value)}` : '').join('');
}
function lookOf({ brand, theme, locale }) {
return {
...brand && {
brand
},
...theme && {
theme
},
...locale && {
locale
}
};
}
function settled() {
let resolve = ()=>{};
const promise = new Promise((take)=>{
resolve = take;
});
return {
promise,
resolve
};
}
function createEntityLocker(options) {
const baseUrl = new URL(options.baseUrl).origin;
const listeners = new Set();
let current;
let isDestroyed = false;
const emit = (event)=>{
for (const { type, listener } of [
...listeners
]){
if (type !== '*' && type !== event.type) continue;
try {
listener(event);
} catch (error) {
reportError(error);
}
}
};
const open = async (sessionId, more = {})=>{
if (isDestroyed || typeof document === 'undefined') throw new Error('there is no page to open it in');
if (current?.sessionId === sessionId) return current.outcome;
current?.close();
const opening = openSession({
...options,
...more,
baseUrl
}, sessionId, (event)=>{
if (event.type === 'closed' && current?.sessionId === sessionId) current = undefined;
emit(event);
});
current = opening;
return opening.outcome;
};
return {
open,
resume () {
const pending = typeof document === 'undefined' ? undefined : takePending(baseUrl);
if (!pending) return null;
return open(pending.sessionId, {
...pending.look,
...options.mode === 'redirect' && {
mode: 'modal'
}
});
},
close: ()=>current?.close(),
destroy () {
current?.close();
isDestroyed = true;
listeners.clear();
},
on (type, listener) {
const entry = {
type,
listener
};
listeners.add(entry);
return ()=>listeners.delete(entry);
}
};
}
function useEntityLocker(options) {
const { baseUrl, apiKey, mode } = options;
const locker = useRef(null);
const newest = useRef(options);
const [isOpen, setIsOpen] = useState(false);
useEffect(()=>{
newest.current = options;
});
useEffect(()=>{
const made = createEntityLocker({
...newest.current,
baseUrl,
apiKey,
...mode && {
mode
}
});
made.on('*', (event)=>{
if (event.type === 'opened') setIsOpen(true);
if (event.type === 'closed') setIsOpen(false);
newest.current.onEvent?.(event);
});
locker.current = made;
const soon = setTimeout(()=>{
const { resume, onResume } = newest.current;
if (resume !== false) void made.resume()?.then((outcome)=>onResume?.(outcome));
});
return ()=>{
clearTimeout(soon);
locker.current = null;
made.destroy();
setIsOpen(false);
};
}, [
baseUrl,
apiKey,
mode
]);
return {
open: async (sessionId, more)=>{
if (sessionId === null || !locker.current) return null;
const { brand, theme, locale } = newest.current;
return locker.current.open(sessionId, {
...said({
brand,
theme,
locale
}),
...more
});
},
close: ()=>locker.current?.close(),
isOpen
};
}
function EntityLockerButton(props) {
const { sessionId, onOutcome, children = 'Add your business', className, ...options } = props;
const { open } = useEntityLocker({
...options,
...onOutcome && {
onResume: onOutcome
}
});
const onClick = async ()=>{
const outcome = await open(sessionId);
if (outcome) onOutcome?.(outcome);
};
return createElement('button', {
type: 'button',
className,
disabled: sessionId === null,
onClick
}, children);
}
function said(look) {
return Object.fromEntries(Object.entries(look).filter(([, value])=>value !== undefined));
}
export { useEntityLocker, EntityLockerButton };
