//# allFunctionsCalledOnLoad
(()=>{"use strict";
const closedMs = 3_000;function runWindow({ window: kind, session = '', requestToken: handle = '', back = '' }) {const { opener } = window;if (kind === 'waiting') {if (!opener) window.close();return;}
if (opener) {const message = {type: 'tijori.returned',nonce: window.name,session,handle};opener.postMessage(message, location.origin);setTimeout(()=>opener.closed || window.close(), closedMs);} else if (back) location.replace(back);}
runWindow(document.body.dataset);
})();
