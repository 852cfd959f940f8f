// Not a module: it has to be there before the first pixel.
(() => {
  const themes = ['system', 'light', 'dark'];
  const kept = () => {
    try {
      return localStorage.getItem('theme') ?? 'system';
    } catch {
      return 'system';
    }
  };
  /** @param {string} theme */
  const apply = (theme) => {
    if (theme === 'system') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = theme;
    const button = document.getElementById('theme');
    if (button) button.textContent = `Theme: ${theme}`;
  };
  let theme = themes.includes(kept()) ? kept() : 'system';
  apply(theme);
  document.addEventListener('DOMContentLoaded', () => {
    apply(theme);
    document.getElementById('theme')?.addEventListener('click', () => {
      theme = themes[(themes.indexOf(theme) + 1) % themes.length] ?? 'system';
      apply(theme);
      try {
        localStorage.setItem('theme', theme);
      } catch {
        // Then it is as the system says the next time.
      }
      document.dispatchEvent(new Event('themechange'));
    });
  });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
    document.dispatchEvent(new Event('themechange'));
  });
})();
