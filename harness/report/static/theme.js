/* Light, dark, or as the system says: kept for every page of every report in this browser. */
(function () {
  "use strict";

  const Harness = (window.Harness = window.Harness || {});
  const KEPT = "harness-theme";
  const NEXT = { auto: "light", light: "dark", dark: "auto" };
  const SAID = { auto: "◐ as the system", light: "☀ light", dark: "☾ dark" };
  let now = kept();

  function kept() {
    try {
      const found = window.localStorage.getItem(KEPT);
      return found in NEXT ? found : "auto";
    } catch {
      return "auto"; // storage is refused: the page works without
    }
  }

  function apply() {
    document.documentElement.dataset.theme = now;
  }

  /** Go to the next theme; give its name. */
  function next() {
    now = NEXT[now];
    apply();
    try {
      window.localStorage.setItem(KEPT, now);
    } catch {
      // it holds until the page is left
    }
    return now;
  }

  Harness.theme = { next, apply, said: () => SAID[now] };
  apply();
})();
