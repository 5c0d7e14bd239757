/** Dark where the reader's system is dark, unless the page's address says otherwise (#dark, #light). */
export function followTheme(): void {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const apply = (): void => {
    const asked = location.hash.slice(1);
    const dark = asked === "dark" || (asked !== "light" && system.matches);
    document.body.dataset.jpThemeLight = String(!dark);
    document.body.classList.toggle("theme-dark", dark);
  };
  apply();
  system.addEventListener("change", apply);
  window.addEventListener("hashchange", apply);
}
