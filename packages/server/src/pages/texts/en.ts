import { type DocTypeName, docTypes } from '@tijori/wire';

interface DocumentWords {
  /** What a person reads on the consent page. */
  title: string;
  /** What it shows, in one line of plain words. */
  use: string;
}

/** The words of the contract itself, which is in English. */
const documents = Object.fromEntries(docTypes.map(({ name, title, use }) => [name, { title, use }])) as Record<
  DocTypeName,
  DocumentWords
>;

/**
 * Every text of the pages for people, in English: the measure of all other languages. A blank in braces is filled with what
 * it names; `{who}` is the registered name of who asks.
 */
export const en = {
  /** The language's own name for itself. */
  name: 'English',
  documents,
  page: {
    testStrip: 'Test mode. No real company, no real documents.',
    footer: 'This page is run by {who} with the open-source software Tijori. It is not a government website.',
    language: 'Language',
    backTo: 'Back to {who}',
    close: 'Close',
    mayClose: 'You can close this page.',
  },
  request: {
    eyebrow: 'Consent request',
    title: '{who} asks for documents of your business',
    lead: 'They come from EntityLocker, and only with your consent. You choose there what to share.',
    documents: 'Documents asked for',
    usedFor: 'Used for: {purpose}',
    next: 'What happens next',
    goSignin: 'You go to EntityLocker and sign in for your business.',
    goSignup: 'You go to EntityLocker and open an account for your business.',
    tick: 'You tick the documents that you want to share, or refuse.',
    backHere: 'You come back here and see what was shared.',
    backTo: 'You are taken back to {who}.',
    kept: 'How long it is kept',
    keptText:
      'For {minutes} minutes {who} can download what you shared; then our copy is erased. What {who} has downloaded, it keeps under its own rules.',
    withdraw: 'How to withdraw',
    withdrawText: 'You can take back your consent at any time, in EntityLocker or by asking {who}.',
    button: 'Continue to EntityLocker',
    toSignup: 'No account yet? Open one there',
    toSignin: 'Have an account? Sign in there',
    assurance: 'Nothing is shared until you allow it in EntityLocker. Not you, or not now? Just close this page.',
    notAnswering: 'EntityLocker did not answer just now. Nothing was shared and nothing is lost: please try again.',
  },
  device: {
    title: 'Continue on your phone instead',
    code: 'QR code of this page’s address',
    how: 'Point your phone’s camera at the code and go on there. This page notices by itself when you are done.',
    secret: 'Whoever has the address can open this request. Show it to nobody else.',
    onlyHere: 'This gateway runs on this machine alone: another device cannot reach {host}.',
  },
  waiting: {
    title: 'Waiting for EntityLocker',
    lead: 'Your answer has arrived and nothing is lost, but EntityLocker did not tell us yet which documents you shared. We go on asking by ourselves.',
    button: 'Try again now',
    closing: 'You can close this page: {who} sees the result as soon as it is there.',
  },
  done: {
    tab: 'Done',
    title: 'Done. Thank you.',
    one: 'You shared one document with {who}.',
    many: 'You shared {count} documents with {who}.',
    download: 'For {minutes} minutes {who} can download what you shared. Then our copy is erased.',
    over: 'The time for downloading is over and our copy is erased.',
    list: 'What you shared',
    available: 'Consented, available',
    fetching: 'Consented, being fetched',
    missing: 'Consented, not available now',
    erased: 'Consented, erased',
    withheld: 'Not consented',
    withheldWhy: 'You did not tick it, or EntityLocker does not have it.',
  },
  withdrawal: {
    title: 'If you change your mind',
    text: 'You can withdraw your consent at any time, as easily as you gave it. Keep this link: it is yours alone, and we cannot show it again later.',
    link: 'Withdraw or look at my consent',
    done: 'This consent is withdrawn',
    doneText: 'Our copy of the documents is erased, and {who} was told.',
  },
  receipt: {
    title: 'Consent receipt',
    button: 'Receipt to keep or print',
    lead: '{entity}, by {person}, allowed {who} to have documents from EntityLocker.',
    leadUnnamed: 'A business allowed {who} to have documents from EntityLocker.',
    documents: 'What was asked for',
    shared: 'Shared',
    events: 'What happened',
    asked: '{who} asked for documents',
    given: 'Consent given, good until {until}',
    overThere: 'EntityLocker said that the consent is over there',
    withdrawn: 'Consent withdrawn',
    over: 'Consent over, its time had come',
    erased: 'Our copy of the documents erased',
    takeBack: 'How to withdraw',
    yours: 'This link is yours alone: leave it out of copies for others.',
    ask: 'The person who consented has a link for it, and can also ask {who}.',
    proof: 'Proof',
    proofText:
      'This is receipt {receipt} of session {record}. Below it stands once more as signed text (JWS, EdDSA). The key to check it with: {address}',
  },
  withdrawing: {
    title: 'Withdraw a consent',
    lead: 'You can take back a consent that you gave here. You need the code that you got with it: it is the part of your link after the {sign}.',
    code: 'Your code',
    showConsent: 'Show my consent',
    notYet: 'Nothing is withdrawn yet: the next page shows what it is about.',
    yours: 'Your consent',
    overTitle: 'This consent is over',
    gone: 'Nothing of it can be had here any more.',
    sharedTitle: 'You shared documents with {who}',
    question:
      'If you withdraw, our copy is erased at once and its download links stop working, EntityLocker is told to end the access, and {who} is told that you withdrew. What {who} has downloaded already is with {who}: ask there to have it deleted.',
    button: 'Withdraw my consent',
    shared: 'Shared',
    doneTab: 'Consent withdrawn',
    doneTitle: 'Your consent is withdrawn',
    erasedText: 'Our copy of your documents is erased and {who} is told. You need not do anything more.',
    downloaded: 'What {who} downloaded before is with {who}: ask there to have it deleted.',
  },
  failed: {
    title: 'Nothing was shared',
    denied: 'No document was allowed in EntityLocker, so {who} received none.',
    nothing:
      'You came back with none of the documents asked for: none was ticked, or EntityLocker does not have them. {who} received none.',
    again:
      'If that is what you wanted, you can close this page. If not, go back to {who} and start again: this link is used up.',
    mismatch:
      'The documents that you allowed are those of another business than the one that {who} asked about. We kept none, and {who} received none.',
    mismatchNext: 'To share those of the right business, go back to {who} and start again: this link is used up.',
    withdrawn: 'Your consent was already over when we asked for the documents. {who} received none.',
    refusedTitle: 'EntityLocker did not complete it',
    refused: 'EntityLocker refused to go on, which is no fault of yours. {who} received no document.',
    startAgain: 'If you still want to share documents, go back to {who} and start again: this link is used up.',
    cancelledTitle: 'This request was cancelled',
    cancelled: '{who} has taken its request back, and received no document. You need not do anything.',
    cancelledNext: 'What you may have allowed in EntityLocker meanwhile is not used. You can withdraw it there.',
  },
  expired: {
    title: 'This request has expired',
    lead: 'It was open for a limited time, and nothing was shared.',
    next: 'If you still want to share documents, go back to {who} and ask for a new link.',
  },
  trip: {
    framedTitle: 'Go on in the EntityLocker window',
    framedLead: 'Sign in there and choose what to share. This page goes on by itself as soon as you are done.',
    show: 'Show the window',
    again: 'Start again',
    fault: 'That did not work just now. Nothing was shared and nothing is lost: please try again.',
    openingTab: 'Opening EntityLocker',
    opening: 'Opening EntityLocker…',
    openingLead: 'If nothing happens in a moment, close this window and try again.',
    returning: 'One moment',
    returningLead: 'You are being taken back to {who}. If nothing happens, use this button.',
  },
  faults: {
    reference: 'If you ask for help, give this reference: {reference}',
    retry: 'Try again',
    toRequest: 'Back to the request',
    noPage: 'There is no such page',
    noPageText: 'Check the address, or go back to the site that sent you here.',
    openLinkText: 'Open the link that you were given, and press the button there.',
    noRequest: 'This consent request does not exist',
    noRequestText: 'Check that the address is complete, or ask the business that sent it for a new link.',
    link: 'This link cannot be used here',
    linkText:
      'It belongs to another browser or device. Nothing was shared by opening it. Go back to the browser in which you started, or open the link again that the business gave you.',
    used: 'This link has been used already',
    usedText:
      'It is good once and for a short time, for your safety. Nothing was shared by opening it. See how your request stands, and go on from there.',
    host: 'Wrong address',
    hostText: 'This server answers only under the address that it was given.',
    otherSite: 'That came from another site',
    otherSiteText:
      'For your safety it was not carried out. Open the link that you were given, and press the button there.',
    notAnswering: 'EntityLocker is not answering',
    notAnsweringText: 'Nothing was shared and nothing is lost. Wait a few minutes, then try again.',
    refused: 'EntityLocker refused the request',
    refusedText: 'Nothing was shared. Go back to the site that sent you here and start again.',
    tooMany: 'Too many tries',
    tooManyText: 'Wait a minute, then try again.',
    restarting: 'One moment, please',
    restartingText: 'This server is just restarting. Nothing is lost. Try again in a minute.',
    otherwise: 'Something went wrong',
    otherwiseText: 'It is not your fault, and nothing was shared by it. Please try again in a few minutes.',
  },
};

/** One file of these for each language. */
export type Texts = typeof en;
