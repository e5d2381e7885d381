//# allFunctionsCalledOnLoad
(()=>{"use strict";
function showConsent() {const code = location.hash.slice(1);const field = document.querySelector('input[name="code"]');if (code === '' || !field?.form) return;history.replaceState(null, '', location.pathname);field.value = code;if (field.form.checkValidity()) field.form.submit();}
showConsent();
})();
