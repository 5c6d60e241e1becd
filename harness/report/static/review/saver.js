/* Keep what was said: in this browser at once, as a file when asked, and read one back. */
(function () {
  "use strict";

  const { store, panel, make } = Harness;
  const at = (id) => document.getElementById(id);
  const { review, take, wrong, LISTS } = Harness.written;
  const { run, digest } = Harness.data;
  const NAME = "harness-review:reviewer";
  const served = window.__SAVER__;

  // A file is opened.

  async function opened(text) {
    let said;
    try {
      said = JSON.parse(text);
    } catch {
      said = null;
    }
    const why = wrong(said);
    if (why) return store.say(`not opened: ${why}`);
    if (!(await allowed(said.reviewer))) return "";
    try {
      const { taken, left } = take(said, { anew: true });
      const stale = left ? `; ${left} left, made of other pictures or another accepted set` : "";
      return store.say(`opened: ${taken} sheets taken over${stale}`);
    } catch {
      return store.say("not opened: it is damaged");
    }
  }

  /* Take the file's name for ours, or ask where the two differ: one's votes are not another's. */
  async function allowed(reviewer) {
    const mine = store.state().reviewer;
    if (!mine) become(reviewer);
    if (!mine || mine === reviewer) return true;
    const title = `This file is by ${reviewer}`;
    const text = `You review as ${mine}. Take these decisions over as your own?`;
    return panel.ask({ title, text, field: "", ok: "Take over" });
  }

  // In this browser: one state for each reviewer of a report.

  let works = true;
  const keyOf = (reviewer) => `harness-review:${run}:${digest}:${reviewer}`;

  function kept(name) {
    try {
      return window.localStorage.getItem(name);
    } catch {
      return null;
    }
  }

  function keep(name, text) {
    try {
      window.localStorage.setItem(name, text);
      return true;
    } catch {
      return false;
    }
  }

  function warn() {
    at("storage").hidden = works;
    at("storage").textContent = "▲ This browser keeps nothing: export your decisions before you close the page.";
    at("export").classList.toggle("urgent", !works && !served);
  }

  function autosave() {
    const state = store.state();
    const key = keyOf(state.reviewer);
    works = keep(key, JSON.stringify(state)) || keep(key, JSON.stringify({ ...state, steps: [] }));
    warn();
  }

  /* Give what a reviewer had said here; nothing where it is not ours to read. */
  function found(reviewer) {
    try {
      return JSON.parse(kept(keyOf(reviewer))) || {};
    } catch {
      return {};
    }
  }

  // Who reviews.

  function showName() {
    const { reviewer } = store.state();
    at("reviewer").replaceChildren("Reviewer: ", make("bdi", {}, reviewer || "not said yet"));
  }

  /* Go on as another; what was said before a name was said is the first name's. */
  function become(reviewer) {
    const nameless = !store.state().reviewer;
    store.load(nameless ? { reviewer } : { ...store.fresh(), ...found(reviewer), reviewer });
    keep(NAME, reviewer);
    showName();
  }

  async function rename() {
    if (served) return store.say("the server was told who reviews: --as");
    const { reviewer } = store.state();
    const title = "Who reviews?";
    const text = "Your name stands in the file and in its name. Each name has decisions of its own.";
    const said = await panel.ask({ title, text, field: "line", value: reviewer, empty: "say a name" });
    if (said && said !== reviewer) become(said);
    return said;
  }

  // As a file.

  const plain = (name) => name.normalize().replace(/[^\p{L}\p{N}._-]/gu, "-").slice(0, 40).replace(/^[-.]+|[-.]+$/g, "");
  const fileName = (reviewer) => `decisions-${run}-${plain(reviewer) || "reviewer"}.json`;

  function download(name, text) {
    const address = URL.createObjectURL(new Blob([text], { type: "application/json" }));
    const link = make("a", { href: address, download: name, hidden: true });
    document.body.append(link);
    link.click();
    link.remove();
    window.setTimeout(() => URL.revokeObjectURL(address), 60000);
  }

  const loose = ({ id }) =>
    !store.vote(id).choice && (store.vote(id).note || Object.keys(store.vote(id).bad).length);

  async function exported() {
    if (!store.state().reviewer && !(await rename())) return store.say("not exported: no name was said");
    const document_ = review();
    const said = LISTS.reduce((sum, list) => sum + document_[list].length, 0);
    if (!said) return store.say("nothing is decided yet");
    const name = fileName(document_.reviewer);
    download(name, `${JSON.stringify(document_, null, 1)}\n`);
    const lost = store.items.filter(loose).length;
    const marked = lost ? `; ${lost} with marks but no decision left out` : "";
    return store.say(`exported as ${name}: ${store.progress()}${marked}`);
  }

  // Begin.

  at("export").addEventListener("click", exported);
  at("reviewer").addEventListener("click", rename);
  at("import").addEventListener("click", () => at("import-file").click());
  at("import-file").addEventListener("change", async () => {
    const [file] = at("import-file").files;
    if (file) await opened(await file.text());
    at("import-file").value = "";
  });
  Harness.keys.add({ keys: ["e"], shift: false, label: "E", does: "export the decisions", run: exported });
  Harness.keys.add({ keys: ["o"], shift: false, label: "O", does: "open an earlier exported file", run: () => at("import").click() });

  const first = (served || Harness.plan || {}).reviewer || kept(NAME) || "";
  store.load({ ...found(first), reviewer: first });
  store.on("change", autosave);
  window.addEventListener("storage", ({ key, newValue }) => {
    const { reviewer } = store.state();
    if (key === keyOf(reviewer) && newValue) store.load({ ...found(reviewer), reviewer });
  });
  works = keep("harness-review:works", "yes");
  warn();
  showName();

  Harness.saver = { opened, exported, fileName, become };
})();
