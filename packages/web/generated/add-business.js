import { jsx as _jsx, jsxs as _jsxs } from "react/jsx-runtime";
import { useEntityLocker } from '@tijori/web/react';
import { useRef, useState } from 'react';
const everything = ['company_master_details', 'gstn_details', 'udhyam_certificate'];
const start = 'We fetch its registration from EntityLocker, with your consent. Nothing to type, nothing to upload.';
const buttonWords = { empty: 'Add your business', busy: 'One moment…', error: 'Try again', done: 'Ask for the rest' };
const endings = {
    denied: 'You shared nothing this time. You can try again.',
    expired: 'The time for this request ran out. Please start again.',
    cancelled: 'This request was taken back. Please start again.',
    failed: 'That did not work, and nothing was added. Please try again.',
    closed: 'Nothing is added yet. You can go on whenever you like.',
};
export function AddBusiness({ options, onEvent }) {
    const room = useRef(null);
    const [state, setState] = useState('empty');
    const [note, setNote] = useState(start);
    const [documents, setDocuments] = useState([]);
    // On a phone the person goes in this tab; `onResume` hears how that came out.
    const { open } = useEntityLocker({
        ...options,
        container: () => room.current,
        onEvent,
        onResume: (outcome) => finish(outcome).catch(lost),
    });
    const missing = documents.filter(({ shared }) => !shared).map(({ name }) => name);
    function show(next, text, found = documents) {
        setState(next);
        setNote(text);
        setDocuments(found);
    }
    function lost() {
        show('error', 'Our server did not answer. Nothing is lost: please try again.');
    }
    async function add() {
        const wanted = missing.length > 0 ? missing : everything;
        show('busy', 'One moment…');
        try {
            const { sessionId } = await ask('/demo/api/sessions', { method: 'POST', body: JSON.stringify({ wanted }) });
            show('busy', 'Waiting for your answer in EntityLocker…');
            const outcome = await open(sessionId);
            if (outcome)
                await finish(outcome);
        }
        catch {
            lost();
        }
    }
    /** What the page heard is a hint. What counts is what our server sees. */
    async function finish({ sessionId, result }) {
        if (result !== 'completed')
            return show(result === 'closed' ? 'empty' : 'error', endings[result]);
        const { business, documents: found } = await ask(`/demo/api/sessions/${sessionId}`);
        // What an earlier session brought is not asked for again.
        const known = found.map((now) => documents.find(({ name, shared }) => shared && name === now.name) ?? now);
        const isWhole = known.every(({ shared }) => shared);
        show('done', isWhole ? `${business} is added.` : `${business} is added, with some documents missing.`, known);
    }
    return (_jsxs("section", { id: "add-business", "data-state": state, children: [_jsx("h1", { children: "Add your business" }), _jsx("p", { className: "note", role: "status", children: note }), _jsx("ul", { className: "facts", children: documents.map(({ name, title, shared, href }) => (_jsxs("li", { className: shared ? 'shared' : 'missing', children: [title, shared && (_jsx("a", { href: href, "aria-label": `Download ${title}`, children: "Download" }))] }, name))) }), (state !== 'done' || missing.length > 0) && (_jsx("button", { type: "button", disabled: state === 'busy', onClick: add, children: buttonWords[state] })), _jsx("div", { className: "room", ref: room })] }));
}
async function ask(path, options = {}) {
    const response = await fetch(path, { ...options, headers: { 'content-type': 'application/json' } });
    if (!response.ok)
        throw new Error(`${path}: ${response.status}`);
    return response.json();
}
