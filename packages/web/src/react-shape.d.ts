/** React is the integrator's and is not installed here: as much of it as `react.ts` names. */
declare module 'react' {
  export interface ReactElement {
    type: unknown;
    props: unknown;
    key: string | null;
  }
  export function createElement(type: string, props: object | null, ...children: unknown[]): ReactElement;
  export function useEffect(effect: () => undefined | (() => void), deps: readonly unknown[]): void;
  export function useRef<T>(initial: T): { current: T };
  export function useState<T>(initial: T): [T, (value: T) => void];
}
