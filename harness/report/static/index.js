/* index.html by script: filters, search and sort; all of it stands in the address. */
(function () {
  "use strict";

  const Harness = (window.Harness = window.Harness || {});
  const { cards, theme } = Harness;
  const CHOICES = ["tag", "size", "ratio", "refs", "owner"];
  const NAMES = { tag: "tag", size: "size", ratio: "aspect ratio", refs: "references", owner: "owner" };
  const STATUSES = ["FAIL", "ERROR", "NEW", "WARN", "UNRECORDED", "MOVED", "PASS"];
  const ICONS = { FAIL: "✖", ERROR: "!", NEW: "?", WARN: "▲", UNRECORDED: "○", MOVED: "▲", PASS: "✔" };
  const KEPT = "harness-index";
  const SORTS = [
    ["severity", "gravest first"], ["name", "name"], ["drift", "drift"], ["bad", "bad samples"],
    ["cost", "cost"],
  ];
  const empty = () => ({
    status: [], q: "", tag: "", size: "", ratio: "", refs: "", owner: "", undecided: false,
    sort: "severity",
  });

  /* The address. */

  function read(hash) {
    const said = new URLSearchParams(hash.slice(1));
    const asked = empty();
    const words = (said.get("status") || "").split(",");
    asked.status = STATUSES.filter((word) => words.includes(word));
    for (const name of ["q", ...CHOICES]) asked[name] = said.get(name) || "";
    asked.undecided = said.get("undecided") === "1";
    if (SORTS.some(([name]) => name === said.get("sort"))) asked.sort = said.get("sort");
    return asked;
  }

  /** Say the filters so that a person can read them: `status=FAIL,NEW&q=fox&sort=drift`. */
  function write(asked) {
    const said = [["status", asked.status.join(",")], ["q", asked.q]];
    for (const name of CHOICES) said.push([name, asked[name]]);
    said.push(["undecided", asked.undecided ? "1" : ""]);
    said.push(["sort", asked.sort === "severity" ? "" : asked.sort]);
    return said.filter(([, value]) => value).map(([name, value]) => `${name}=${plain(value)}`).join("&");
  }

  function plain(text) {
    return encodeURIComponent(text).replace(/%(2C|3A|2F)/g, decodeURIComponent).replace(/%20/g, "+");
  }

  function isState(hash) {
    return hash.length < 2 || hash.includes("=");
  }

  /* The way to the review page and back. */

  function keep(element) {
    const top = element ? element.getBoundingClientRect().top : 0;
    const row = element && (element.dataset.id || (element.querySelector("[data-id]") || {}).dataset?.id);
    try {
      window.sessionStorage.setItem(KEPT, JSON.stringify({ id: row, top, scroll: window.scrollY }));
    } catch {
      // the way back leads to the card all the same, by its id
    }
  }

  function kept() {
    try {
      return JSON.parse(window.sessionStorage.getItem(KEPT)) || {};
    } catch {
      return {};
    }
  }

  /** Bring a row back to where it stood; heights settle only as what is above comes into sight. */
  function bringBack(element, top, tries = 4) {
    const away = element.getBoundingClientRect().top - top;
    window.scrollBy({ top: away, behavior: "instant" });
    if (tries) window.requestAnimationFrame(() => bringBack(element, top, tries - 1));
  }

  /** Show the row that an address names; at the place where it stood when it was left. */
  function showItem(id) {
    const row = cards.of(id) || cards.of(id.replace(/#turn-\d+$/, ""));
    if (!row) return;
    const element = row.card || row.element;
    const left = kept();
    const drawer = element.closest("details");
    if (drawer) drawer.open = true;
    focus(element);
    bringBack(element, left.id && cards.of(left.id) === row ? left.top : 80);
  }

  function focus(element) {
    element.tabIndex = -1;
    element.focus({ preventScroll: true });
  }

  /** Give the link from a card to where people decide on it. */
  function review(element) {
    return element && element.querySelector('a[href^="review.html"]');
  }

  /** The link takes the filters along, so that Esc on the other page comes back to them. */
  function leave(link, asked) {
    const state = write(asked);
    const item = link.hash.split("&")[0] || "#";
    link.hash = state ? `${item}${item.length > 1 ? "&" : ""}${state}` : item;
    keep(link.closest(".card, li[data-id]"));
  }

  /* The bar. */

  function listed(name) {
    const found = new Set(cards.rows.flatMap((row) => row[name]));
    return [...found].sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
  }

  function counted() {
    const found = STATUSES.map((word) => {
      const count = cards.rows.filter((row) => row.statuses.includes(word)).length;
      return { word, count, icon: ICONS[word], text: `${count} ${word}`, pressed: "false" };
    });
    return found.filter((chip) => chip.count);
  }

  function bar() {
    return {
      off: true,
      asked: empty(),
      chips: counted(),
      choices: CHOICES.map((name) => ({ name, label: NAMES[name], values: listed(name), now: "" }))
        .filter((choice) => choice.values.length),
      sorts: SORTS.map(([name, text]) => ({ name, text })),
      undecidable: cards.rows.some((row) => row.undecided),
      said: "",
      themed: "",
      unfolded: "false",

      init() {
        this.off = cards.rows.length === 0;
        this.themed = theme.said();
        Harness.bar = this;
        this.arrive();
        window.addEventListener("hashchange", () => this.arrive());
      },
      /** Take the filters from the address; a plain fragment is a place in the page, always shown. */
      arrive() {
        const { hash } = window.location;
        if (!isState(hash)) return this.uncover(hash);
        const said = new URLSearchParams(hash.slice(1));
        this.asked = read(hash);
        this.apply();
        if (said.has("item")) showItem(said.get("item"));
        if (said.has("find")) this.find();
        if (said.has("item") || said.has("find")) this.address(said.get("item"));
      },
      /** Say the filters in the address, and the row that it named; nothing of another page's. */
      address(item) {
        const { pathname, search } = window.location;
        const named = item ? [`item=${plain(item)}`] : [];
        const state = [...named, write(this.asked)].filter(Boolean).join("&");
        window.history.replaceState(null, "", `${pathname}${search}#${state}`);
      },
      uncover(hash) {
        const target = document.getElementById(decodeURIComponent(hash.slice(1)));
        if (!target || !target.closest("[hidden]")) return;
        this.asked = empty();
        this.apply();
        target.scrollIntoView();
      },
      apply() {
        const state = write({ ...this.asked, sort: "severity" });
        const shown = cards.filter(this.asked, Boolean(state));
        cards.sort(this.asked.sort);
        const all = cards.rows.length;
        this.said = shown === all ? `all ${all} shown` : `${shown} of ${all} shown`;
        for (const chip of this.chips) chip.pressed = String(this.asked.status.includes(chip.word));
        for (const choice of this.choices) choice.now = this.asked[choice.name];
      },
      changed() {
        this.apply();
        this.address();
      },
      press(event) {
        const { word } = event.currentTarget.dataset;
        const held = new Set(this.asked.status);
        if (!held.delete(word)) held.add(word);
        this.asked.status = STATUSES.filter((one) => held.has(one));
        this.changed();
      },
      type(event) {
        this.asked.q = event.target.value;
        this.changed();
      },
      choose(event) {
        this.asked[event.target.name] = event.target.value;
        this.changed();
      },
      tick(event) {
        this.asked.undecided = event.target.checked;
        this.changed();
      },
      fold() {
        this.unfolded = String(this.unfolded !== "true");
      },
      find() {
        this.unfolded = "true";
        window.Alpine.nextTick(() => this.search());
      },
      search() {
        const box = document.getElementById("find");
        box.focus();
        box.select();
      },
      clear() {
        if (closed()) return this.address();
        this.asked = { ...empty(), sort: this.asked.sort };
        this.changed();
        if (document.activeElement) document.activeElement.blur();
      },
      light() {
        theme.next();
        this.themed = theme.said();
      },
    };
  }

  /** Close the picture that fills the window, in a report of one file. */
  function closed() {
    const open = document.querySelector(".whole-picture:target");
    if (open) window.location.hash = "_";
    return Boolean(open);
  }

  /* Keys. */

  function current() {
    const active = document.activeElement;
    return active && active.closest("main .card, main li[data-id]");
  }

  function step(by) {
    const found = cards.walk();
    const at = found.indexOf(current());
    const next = found[Math.max(0, Math.min(found.length - 1, at < 0 ? 0 : at + by))];
    if (!next) return;
    focus(next);
    next.scrollIntoView({ block: "start" });
  }

  function enter() {
    const link = review(current());
    if (link) link.click();
  }

  for (const [keys, does, run, group] of [
    [["j"], "next case", () => step(1), "Move"],
    [["k"], "case before", () => step(-1), "Move"],
    [["Enter"], "review this case", enter, "Move"],
    [["/"], "search", () => Harness.bar && Harness.bar.find(), "Filter"],
    [["Escape"], "show all again", () => Harness.bar && Harness.bar.clear(), "Filter"],
    [["l"], "light, dark, or as the system", () => Harness.bar && Harness.bar.light(), "Page"],
  ]) {
    Harness.keys.add({ keys, does, run, group, repeats: group === "Move" });
  }

  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element && event.target.closest('a[href^="review.html"]');
    if (link && Harness.bar) leave(link, Harness.bar.asked);
  }, true);
  document.addEventListener("alpine:init", () => window.Alpine.data("filters", bar));
})();
