/** Chooses light, dark, or the theme of the system. The choice stays in this browser; public/theme.js applies it at the start. */
import { useState } from 'react';
import type { ReactNode } from 'react';

const KEY = 'masker.theme';
const THEMES = [
  { value: 'system', label: 'System theme' },
  { value: 'light', label: 'Light theme' },
  { value: 'dark', label: 'Dark theme' },
] as const;
type Theme = (typeof THEMES)[number]['value'];

function chosenTheme(): Theme {
  const set = document.documentElement.dataset['theme'];
  return set === 'light' || set === 'dark' ? set : 'system';
}

function apply(theme: Theme): void {
  try {
    if (theme === 'system') localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, theme);
  } catch {
    // Storage is switched off: the choice holds until the page is left.
  }
  if (theme === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
}

export function ThemeSwitch(): ReactNode {
  const [theme, setTheme] = useState(chosenTheme);
  return (
    <select
      className="theme-switch"
      aria-label="Theme"
      value={theme}
      onChange={({ target }) => {
        const next = THEMES.find(({ value }) => value === target.value)?.value ?? 'system';
        apply(next);
        setTheme(next);
      }}
    >
      {THEMES.map(({ value, label }) => (
        <option key={value} value={value}>
          {label}
        </option>
      ))}
    </select>
  );
}
