/** The style of every page: light and dark as the browser prefers, the system's own fonts. */
export const STYLE = `
:root {
  --ground: #f6f7f9; --card: #fff; --line: #dfe3e8; --ink: #16202c; --soft: #586674; --accent: #0b6b5d; --on-accent: #fff;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #10161d; --card: #18212b; --line: #2b3846; --ink: #e8edf2; --soft: #9aa8b6; --accent: #4fc3ae; --on-accent: #06231e;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 40rem; margin: 0 auto; padding: 3.5rem 1.25rem 3rem; }
.wide { max-width: 60rem; }
header { display: flex; align-items: center; gap: .75rem; margin-bottom: 2rem; }
header svg { width: 2.25rem; height: 2.25rem; flex: none; fill: var(--accent); }
h1 { margin: 0; font-size: 1.4rem; line-height: 1.2; letter-spacing: -.01em; }
header p { margin: 0; color: var(--soft); font-size: .95rem; }
h2 { margin: 2rem 0 .6rem; font-size: .95rem; font-weight: 600; color: var(--soft); }
a { color: var(--accent); }
.card { background: var(--card); border: 1px solid var(--line); border-radius: .75rem; }
.who { display: flex; align-items: center; justify-content: space-between; gap: 1rem; padding: 1.1rem 1.25rem; }
.who div { min-width: 0; }
.who strong { display: block; overflow-wrap: anywhere; }
.who span { color: var(--soft); font-size: .9rem; overflow-wrap: anywhere; }
.who p { margin: 0; }
.button, button {
  display: inline-block; flex: none; padding: .5rem .95rem; border: 1px solid var(--accent); border-radius: .5rem;
  background: var(--accent); color: var(--on-accent); font: inherit; font-weight: 600; text-decoration: none; cursor: pointer;
}
button { background: none; border-color: var(--line); color: var(--ink); font-weight: 500; }
.button:focus-visible, button:focus-visible, a:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
ul { list-style: none; margin: 0; padding: 0; }
li + li { border-top: 1px solid var(--line); }
li a { display: block; padding: .9rem 1.25rem; color: inherit; text-decoration: none; }
li a:hover strong, li a:focus-visible strong { color: var(--accent); text-decoration: underline; }
li strong { display: block; }
li span { color: var(--soft); font-size: .9rem; }
pre {
  margin: 0; padding: 1.25rem; overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere;
  font: .85rem/1.55 ui-monospace, monospace;
}
footer { margin-top: 2rem; color: var(--soft); font-size: .85rem; }
code { font: .9em ui-monospace, monospace; }
`;
