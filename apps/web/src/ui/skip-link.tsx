/** The first stop of the keyboard: past the navigation, to `#content`. Seen only while focused. */
export function SkipLink() {
  return (
    <a
      href="#content"
      className="sr-only z-50 rounded-md bg-ink px-4 py-2.5 font-medium text-bone focus:not-sr-only focus:fixed focus:top-3 focus:left-3"
    >
      Skip to content
    </a>
  );
}
