/* The panel of decisions: buttons, reasons, note, progress, the list of sheets, and their keys. */
(function () {
  "use strict";

  const { store, make } = Harness;
  const at = (id) => document.getElementById(id);
  const ICONS = { accept: "✔", reject: "✖", discuss: "◆", "": "□" };
  const WORDS = { ...store.PAST, "": "undecided" };

  // A question in the page: `field` is "" (yes or no), "line" or "area".

  let asking = null;

  function finish(answer) {
    if (!asking) return;
    const { done, back } = asking;
    asking = null;
    at("ask").close();
    if (back && back.isConnected) back.focus();
    done(answer);
  }

  function answered(event) {
    event.preventDefault();
    const value = asking.field ? at(`ask-${asking.field}`).value.trim() : true;
    const wrong = asking.field && !value ? asking.empty : "";
    at("ask-wrong").hidden = !wrong;
    at("ask-wrong").textContent = wrong;
    if (!wrong) finish(value);
  }

  /* Ask; give what was typed (never empty), true for a plain yes, or null where it was left. */
  function ask({ title, text, field, value, ok, empty }) {
    finish(null);
    at("ask-title").textContent = title;
    at("ask-text").textContent = text || "";
    at("ask-ok").textContent = ok || "OK";
    at("ask-wrong").hidden = true;
    ["line", "area"].forEach((kind) => {
      at(`ask-${kind}`).hidden = kind !== field;
      at(`ask-${kind}`).value = kind === field ? value || "" : "";
    });
    const back = document.activeElement;
    at("ask").showModal();
    (field ? at(`ask-${field}`) : at("ask-ok")).focus();
    return new Promise((done) => {
      asking = { done, field, back, empty: empty || "this cannot be empty" };
    });
  }

  function typed(event) {
    if (event.key === "Enter" && !event.shiftKey && event.target.id === "ask-area") answered(event);
    event.stopPropagation(); // no key of the page works behind a question
  }

  at("ask").addEventListener("submit", answered);
  at("ask").addEventListener("keydown", typed);
  at("ask").addEventListener("cancel", (event) => (event.preventDefault(), finish(null)));
  at("ask-cancel").addEventListener("click", () => finish(null));

  // Reasons: of the sheet's rejection, or of the sample that was just marked bad.

  const chips = [...document.querySelectorAll("#why [data-reason]")];
  let reasoning = "";

  function chosen() {
    const item = store.current();
    const { reasons, bad } = store.vote(item.id);
    return reasoning === "sample" ? bad[item.samples[store.sample].n] || [] : reasons;
  }

  function openReasons(of) {
    reasoning = of;
    const item = store.current();
    const name = of === "sample" ? store.nameOf(item.samples[store.sample]) : "";
    const title = name ? `Why is ${name} bad?` : "Why reject this sheet?";
    at("why-title").textContent = title;
    at("why").hidden = !of;
    showReasons();
    if (of === "sheet") store.announce(`${title} 1 to ${chips.length}`);
  }

  const closeReasons = () => reasoning && openReasons("");

  function showReasons() {
    const found = reasoning ? chosen() : [];
    chips.forEach((chip) => chip.setAttribute("aria-pressed", found.includes(chip.dataset.reason)));
  }

  function choose(reason) {
    const found = chosen();
    const next = chips
      .map((chip) => chip.dataset.reason)
      .filter((name) => found.includes(name) !== (name === reason));
    const item = store.current();
    if (reasoning === "sample") store.setBad(item, item.samples[store.sample], next);
    else store.reject(next);
  }

  /* While reasons are open, digits choose among them before any other key of the page. */
  function reasoned(event) {
    if (!reasoning || at("ask").open || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.matches && event.target.matches("textarea, input:not([type=checkbox])")) return;
    const chip = /^[1-9]$/.test(event.key) && chips[Number(event.key) - 1];
    const onButton = event.key === "Enter" && event.target.matches("button");
    if (chip) choose(chip.dataset.reason);
    else if (event.key === "Escape" || (event.key === "Enter" && !onButton)) closeReasons();
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  /* Esc leaves the note or the search, before it means anything else. */
  function left(event) {
    const field = [at("note"), at("find")].find((one) => one === event.target);
    if (!field || event.key !== "Escape") return;
    field.blur();
    event.stopImmediatePropagation();
  }

  window.addEventListener("keydown", left, true);
  window.addEventListener("keydown", reasoned, true);
  chips.forEach((chip) => chip.addEventListener("click", () => choose(chip.dataset.reason)));

  // Acts: what a key and a button do. A second round puts its own in their place.

  const acts = {
    /* Accept; where a picture was not seen, go there, so that the next press may find it seen. */
    accept() {
      closeReasons();
      const item = store.current();
      const [lacking] = store.blind ? [] : store.unseen(item);
      store.accept();
      if (lacking) store.setSample(item.samples.indexOf(lacking));
    },
    reject() {
      if (store.blind) store.reject([]);
      else openReasons("sheet");
    },
    discuss: () => (closeReasons(), store.discuss()),
    bad() {
      const item = store.current();
      const sample = item.samples[store.sample];
      store.toggleBad();
      openReasons(store.isBad(item, sample) && !store.blind ? "sample" : "");
    },
    undo: () => (closeReasons(), store.undo()),
    note: () => at("note").focus(),
    async acceptSeen() {
      const found = store.acceptable().length;
      const title = `Accept ${found} ${found === 1 ? "sheet" : "sheets"}?`;
      const text = "Every undecided sheet whose pictures were all on screen. One undo takes it back.";
      if (!found) store.acceptAllSeen();
      else if (await ask({ title, text, field: "", ok: "Accept" })) store.acceptAllSeen();
    },
  };

  // What is shown.

  function showProgress() {
    const word = store.rounds() === 2 ? "resolved" : "decided";
    at("progress").textContent = `${store.progress()} ${word}`;
    at("progress-bar").max = Math.max(store.items.length, 1);
    at("progress-bar").value = store.count();
  }

  function showVote() {
    const item = store.current();
    if (!item) return;
    const vote = store.vote(item.id);
    document.querySelectorAll("#decide [data-act]").forEach((button) => {
      button.setAttribute("aria-pressed", store.judged(item.id) === button.dataset.act);
    });
    at("decide").hidden = store.blind;
    at("prefer").hidden = !store.blind;
    at("hindered").textContent = vote.choice === "accept" || store.blind ? "" : store.hindered(item);
    if (document.activeElement !== at("note")) at("note").value = vote.note;
    showReasons();
  }

  function lineOf(item) {
    const why = (item.why || []).join(", ");
    const button = make("button", { type: "button" },
      make("i", { "aria-hidden": "true" }), " ", make("b", {}), " ", make("bdi", {}, item.id),
      make("small", { class: "why-here" }, why));
    button.addEventListener("click", () => store.go(store.items.indexOf(item)));
    return make("li", { "data-item": item.id }, button);
  }

  const lines = new Map(store.items.map((item) => [item.id, lineOf(item)]));
  at("sheets").append(...lines.values());

  function showLine(id) {
    const line = lines.get(id);
    if (!line) return;
    const choice = store.judged(id);
    line.dataset.choice = choice || "undecided";
    line.querySelector("i").textContent = ICONS[choice];
    line.querySelector("b").textContent = WORDS[choice];
    const sought = at("find").value.trim().toLowerCase();
    line.hidden = (at("only-undecided").checked && Boolean(choice)) || !id.toLowerCase().includes(sought);
  }

  function showCurrent(item) {
    const before = at("sheets").querySelector("[aria-current]");
    if (before) before.removeAttribute("aria-current");
    const line = lines.get(item.id);
    line.firstChild.setAttribute("aria-current", "true");
    if (!Harness.narrow.matches) line.scrollIntoView({ block: "nearest" });
  }

  function showAll() {
    lines.forEach((_, id) => showLine(id));
    showProgress();
    showVote();
  }

  store.on("item", (item) => (closeReasons(), at("note").blur(), showCurrent(item), showVote()));
  store.on("sample", () => (reasoning === "sample" ? closeReasons() : showReasons()));
  store.on("vote", (id) => (showLine(id), showProgress(), showVote()));
  store.on("seen", showVote);
  store.on("blind", () => (closeReasons(), showVote()));
  at("only-undecided").addEventListener("change", showAll);
  at("find").addEventListener("input", showAll);
  at("note").addEventListener("input", () => store.note(at("note").value));
  at("note").addEventListener("change", () => store.say(`noted: ${WORDS[store.judged(store.current().id)]}`));
  at("note").addEventListener("blur", showVote);
  at("note").addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.ctrlKey) at("note").blur();
    event.stopPropagation();
  });

  // Keys and buttons.

  document.querySelectorAll("#decide [data-act]").forEach((button) => {
    button.addEventListener("click", () => acts[button.dataset.act]());
  });
  at("undo").addEventListener("click", () => acts.undo());
  at("accept-seen").addEventListener("click", () => acts.acceptSeen());

  [
    ["a", "A", "accept the sheet", "accept"],
    ["r", "R", "reject the sheet, then 1 to 8 say why", "reject"],
    ["d", "D", "needs discussion", "discuss"],
    ["b", "B", "mark this sample bad", "bad"],
    ["n", "N", "write a note", "note"],
    ["u", "U", "undo, any number of steps", "undo"],
    ["a", "Shift+A", "accept all sheets seen whole", "acceptSeen", true],
  ].forEach(([key, label, does, act, shift]) => {
    Harness.keys.add({ keys: [key], shift: Boolean(shift), label, does, run: () => acts[act]() });
  });

  Harness.panel = { ask, acts, show: showAll, ICONS, WORDS };
  showAll();
})();
