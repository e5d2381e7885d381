const card = document.querySelector('#add-business');
const note = card.querySelector('.note');
const facts = card.querySelector('.facts');
const button = card.querySelector('button');
let wanted = ['company_master_details', 'gstn_details', 'udhyam_certificate'];
let known = [];

const locker = createEntityLocker({
  ...JSON.parse(card.dataset.options),
  container: () => card.querySelector('.room'),
});

// Whatever else of your page wants to know of it; here, the panel beside.
locker.on('*', (event) => dispatchEvent(new CustomEvent('entitylocker', { detail: event })));

const endings = {
  denied: 'You shared nothing this time. You can try again.',
  expired: 'The time for this request ran out. Please start again.',
  cancelled: 'This request was taken back. Please start again.',
  failed: 'That did not work, and nothing was added. Please try again.',
  closed: 'Nothing is added yet. You can go on whenever you like.',
};

button.onclick = async () => {
  show('busy', 'One moment…');
  try {
    const { sessionId } = await ask('/demo/api/sessions', { method: 'POST', body: JSON.stringify({ wanted }) });
    show('busy', 'Waiting for your answer in EntityLocker…');
    await finish(await locker.open(sessionId));
  } catch {
    lost();
  }
};

// On a phone the person goes in this tab, and is back here.
locker.resume()?.then(finish).catch(lost);

/** What the page heard is a hint. What counts is what our server sees. */
async function finish({ sessionId, result }) {
  if (result !== 'completed') return show(result === 'closed' ? 'empty' : 'error', endings[result]);
  const { business, documents } = await ask(`/demo/api/sessions/${sessionId}`);
  // What an earlier session brought is not asked for again.
  known = documents.map((found) => known.find(({ name, shared }) => shared && name === found.name) ?? found);
  wanted = known.filter(({ shared }) => !shared).map(({ name }) => name);
  show('done', wanted.length > 0 ? `${business} is added, with some documents missing.` : `${business} is added.`);
  facts.replaceChildren(...known.map(fact));
}

function lost() {
  show('error', 'Our server did not answer. Nothing is lost: please try again.');
}

async function ask(path, options = {}) {
  const response = await fetch(path, { ...options, headers: { 'content-type': 'application/json' } });
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return response.json();
}

function show(state, text) {
  card.dataset.state = state;
  note.textContent = text;
  button.disabled = state === 'busy';
  button.hidden = state === 'done' && wanted.length === 0;
  button.textContent = {
    empty: 'Add your business',
    busy: 'One moment…',
    error: 'Try again',
    done: 'Ask for the rest',
  }[state];
}

function fact({ title, shared, href }) {
  const item = document.createElement('li');
  item.className = shared ? 'shared' : 'missing';
  item.append(title);
  if (!shared) return item;
  const link = document.createElement('a');
  link.href = href;
  link.textContent = 'Download';
  link.ariaLabel = `Download ${title}`;
  item.append(link);
  return item;
}
