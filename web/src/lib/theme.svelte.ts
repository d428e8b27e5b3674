export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

const key = 'assay.theme';

/** The chosen theme. `static/theme.js` applies it before the first paint; this changes it. */
class ThemeChoice {
  #chosen = $state<Theme>(read());

  get current(): Theme {
    return this.#chosen;
  }

  set current(theme: Theme) {
    this.#chosen = theme;
    if (theme === 'system') {
      delete document.documentElement.dataset['theme'];
      localStorage.removeItem(key);
    } else {
      document.documentElement.dataset['theme'] = theme;
      localStorage.setItem(key, theme);
    }
  }

  next(): void {
    this.current = themes[(themes.indexOf(this.#chosen) + 1) % themes.length] ?? 'system';
  }
}

function read(): Theme {
  const chosen = document.documentElement.dataset['theme'];
  return chosen === 'light' || chosen === 'dark' ? chosen : 'system';
}

export const theme = new ThemeChoice();
