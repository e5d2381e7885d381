import type { Labels } from './options.ts';

/** Title, close, unavailable: in the languages of the gateway's pages, the first one for any other. */
const words: Readonly<Record<string, string>> = {
  en: 'Share business documents|Close|This could not be loaded. Please try again.',
  hi: 'व्यवसाय के दस्तावेज़ साझा करें|बंद करें|यह लोड नहीं हुआ। फिर कोशिश करें।',
  gu: 'વ્યવસાયના દસ્તાવેજો શેર કરો|બંધ કરો|આ લોડ થયું નથી. ફરી પ્રયત્ન કરો.',
  mr: 'व्यवसायाची कागदपत्रे सामायिक करा|बंद करा|हे लोड झाले नाही. पुन्हा प्रयत्न करा.',
  ta: 'வணிக ஆவணங்களைப் பகிரவும்|மூடு|இது ஏற்றப்படவில்லை. மீண்டும் முயலவும்.',
  bn: 'ব্যবসার নথি শেয়ার করুন|বন্ধ করুন|এটি লোড হয়নি। আবার চেষ্টা করুন।',
};

/** The words around the frame in a language (BCP 47 tag), with those that the page has of its own. */
export function labelsIn(language: string, own?: Partial<Labels>): Labels {
  const [name = ''] = language.split('-');
  const [title = '', close = '', unavailable = ''] = (words[Object.hasOwn(words, name) ? name : 'en'] ?? '').split('|');
  return { title, close, unavailable, ...own };
}
