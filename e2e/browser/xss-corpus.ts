/** What would call the canary if any of it ever ran. */
export const xssCorpus = [
  '<script>canary()</script>',
  '"><img src=x onerror=canary()>',
  "'-canary()-'",
  '</title><svg onload=canary()>',
  'javascript:canary()',
  '{{canary()}}',
  '<iframe srcdoc="<script>parent.canary()</script>">',
  '\u2028</script><script>canary()//',
];

/** To be run in every page before its own scripts: complains on the console, where the witness hears it. */
export const canaryScript = "window.canary = () => console.error('CANARY')";

/** What of it ran, or was held up by the policy of the page alone. */
export const ran = (complaints: readonly string[]) => complaints.filter((text) => /CANARY|CSP/.test(text));
