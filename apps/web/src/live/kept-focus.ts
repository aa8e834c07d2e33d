/**
 * Keeps the focus on the page. Where what has it is taken away, as a button that goes with what it has done, whoever uses the keyboard
 * goes on at the next thing around it that is still there, and not at the top of the page. A page that knows better says so itself.
 *
 * @returns ends it
 */
export function keepFocus(): () => void {
  let around: readonly EventTarget[] = [];
  const onFocus = (event: FocusEvent) => {
    around = event.composedPath();
  };
  const onChange = () => {
    const [last] = around;
    if (!(last instanceof HTMLElement) || last.isConnected || document.activeElement !== document.body) return;
    const next = around.find((each) => each instanceof HTMLElement && each.isConnected);
    around = [];
    if (next && next !== document.body) goOnAt(next as HTMLElement);
  };
  const watch = new MutationObserver(onChange);
  watch.observe(document.body, { childList: true, subtree: true });
  document.addEventListener('focusin', onFocus);
  return () => {
    watch.disconnect();
    document.removeEventListener('focusin', onFocus);
  };
}

function goOnAt(place: HTMLElement): void {
  // Where the next tab begins, not something to press: it takes no place in the order and shows no ring.
  if (!place.hasAttribute('tabindex')) {
    place.tabIndex = -1;
    place.dataset['keptFocus'] = '';
  }
  place.focus({ preventScroll: true });
}
