const hourS = 3600;
const dayS = 24 * hourS;

const choices = [
  { seconds: hourS, label: '1 hour' },
  { seconds: dayS, label: '1 day' },
  { seconds: 7 * dayS, label: '7 days' },
  { seconds: 30 * dayS, label: '30 days' },
];

/** How long the person may let the consent live instead: only what ends earlier than what was asked for. */
export function shorterLives(nowS: number, askedEndS: number): { seconds: number; label: string; endS: number }[] {
  return choices.map((choice) => ({ ...choice, endS: nowS + choice.seconds })).filter(({ endS }) => endS < askedEndS);
}
