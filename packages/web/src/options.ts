/** How the consent page may be coloured. */
export interface Theme {
  /** Default: as the person's system has it. */
  mode?: 'light' | 'dark';
  /** Hex colour from which the page's colours are made, such as `#3D6838`. */
  seed?: string;
}

/** Decoration beside the registered name of who asks; it never replaces that. */
export interface Brand {
  name?: string;
  /** Public HTTPS image. */
  logoUrl?: string;
}

/** The few words that stand in the page itself, around the frame. */
export interface Labels {
  /** Title of the dialog, and name of the frame for screen readers. */
  title: string;
  close: string;
  /** When the frame does not answer. */
  unavailable: string;
}

/** What can be said for one opening alone. */
export interface OpenOptions {
  brand?: Brand;
  theme?: Theme;
  /** BCP 47 tag of the language wanted, such as `hi-IN`. */
  locale?: string;
}

/** Settings of a handle. */
export interface EntityLockerOptions extends OpenOptions {
  /** The gateway: scheme, host and port, such as `https://consent.example.in`. */
  baseUrl: string;
  /** Id of the API key (`key_test_…`), which is public. Never the secret. */
  apiKey: string;
  /** `modal` (default) over the page, `container` inside an element of it, `redirect` in the same tab and back. */
  mode?: 'modal' | 'container' | 'redirect';
  /** For `container`: where the frame goes. It should be at least 320 px wide and 480 px high. */
  container?: () => Element | null;
  /** Nonce of the page's content security policy, for browsers that want a `<style>` element. */
  cspNonce?: string;
  /** In the place of ours, which are in the language of the frame. */
  labels?: Partial<Labels>;
}
