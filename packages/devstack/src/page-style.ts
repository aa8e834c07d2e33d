/** The look that the devstack's own pages share with the product: bone and ink, light and dark, system fonts. */
export const pageStyle = `
:root { color-scheme: light dark; --bone: #f6f3ea; --paper: #fffdf7; --sunk: #ece7d9; --line: #ddd6c4; --ink: #1b1912; --ink-2: #5d5747; --ember: #b83717; }
@media (prefers-color-scheme: dark) { :root { --bone: #14130f; --paper: #1c1b16; --sunk: #0f0e0b; --line: #302d25; --ink: #f2eee2; --ink-2: #b2ab99; --ember: #ff7a52; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--bone); color: var(--ink); font: 15px/22px system-ui, sans-serif; }
main { max-width: 880px; margin: 0 auto; padding: 0 16px 48px; }
h1 { font-size: 26px; line-height: 32px; letter-spacing: -0.01em; overflow-wrap: anywhere; }
a { color: var(--ember); text-underline-offset: 2px; }
:focus-visible { outline: 2px solid var(--ember); outline-offset: 2px; }
`;
