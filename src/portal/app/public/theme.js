// Sets the theme that was chosen in this browser before anything is drawn.
try {
  const chosen = localStorage.getItem('masker.theme');
  if (chosen === 'light' || chosen === 'dark') document.documentElement.dataset.theme = chosen;
} catch {
  // Storage is switched off: the theme is the system's.
}
