/**
 * The script of the page where a consent is withdrawn. It takes the code out of the fragment, so that it stays in no
 * address and no history, and asks what it is about; the click that withdraws is the person's.
 */
function showConsent(): void {
  const code = location.hash.slice(1);
  const field = document.querySelector<HTMLInputElement>('input[name="code"]');
  if (code === '' || !field?.form) return;
  history.replaceState(null, '', location.pathname);
  field.value = code;
  if (field.form.checkValidity()) field.form.submit();
}

showConsent();
