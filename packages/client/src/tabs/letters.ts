/** What the tabs of one member tell each other. `from` and `to` are ids of tab sockets; `term` names the leader that writes. */
export type Letter =
  /** A tab leads from now on: whoever was attached to another attaches again. */
  | { readonly k: 'lead'; readonly term: string }
  | { readonly k: 'attach'; readonly from: string }
  | { readonly k: 'attached'; readonly term: string; readonly to: string }
  | { readonly k: 'send'; readonly from: string; readonly text: string }
  | { readonly k: 'detach'; readonly from: string }
  | { readonly k: 'frame'; readonly term: string; readonly to: readonly string[]; readonly text: string }
  | {
      readonly k: 'close';
      readonly term: string;
      readonly to: readonly string[];
      readonly code: number;
      readonly reason: string;
    };

/**
 * How a tab's socket closes when the leader goes: the stream connects again at once. 1012 is the WebSocket protocol's own "service restart".
 */
export const HANDOVER = { code: 1012, reason: '{"reconnectWithinMs":1}' } as const;
