/**
 * Dark where the reader's system is dark, unless the page around this one or the address (#dark,
 * #light) says otherwise.
 */
export function followTheme(): void {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const apply = (): void => {
    const asked = document.documentElement.dataset.theme ?? location.hash.slice(1);
    const dark = asked === "dark" || (asked !== "light" && system.matches);
    document.body.dataset.jpThemeLight = String(!dark);
    document.body.classList.toggle("theme-dark", dark);
  };
  apply();
  system.addEventListener("change", apply);
  window.addEventListener("hashchange", apply);
}
