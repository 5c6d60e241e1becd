/* What is reviewed, where we stand, and what was said of it: the one place that holds it. */
(function () {
  "use strict";

  const Harness = (window.Harness = window.Harness || {});
  Harness.data = Harness.data || window.__REPORT__;
  Harness.plan = Harness.plan || window.__PLAN__;

  const GRAVEST = ["FAIL", "ERROR", "UNRECORDED", "NEW", "WARN"];
  const PAST = { accept: "accepted", reject: "rejected", discuss: "for discussion" };
  const UNTOUCHED = Object.freeze({
    choice: "", reasons: [], note: "", bad: {}, blind: false, at: "", touched: "", before: "",
    preferred: "", baselineLeft: false, preferredAt: "", resolved: "", why: "", resolvedAt: "",
  });

  const listeners = {};
  const on = (event, fn) => (listeners[event] = listeners[event] || []).push(fn);
  const emit = (event, told) => (listeners[event] || []).forEach((fn) => fn(told));

  /* Make an element: attributes by name (`true` for one without value), texts and elements in it. */
  Harness.make = function (tag, attributes, ...inside) {
    const made = document.createElement(tag);
    Object.entries(attributes || {}).forEach(([name, value]) => {
      if (value === true) made.setAttribute(name, "");
      else if (value !== false && value !== undefined) made.setAttribute(name, value);
    });
    made.append(...inside);
    return made;
  };

  // What is reviewed.

  function planned(sheets, found) {
    return sheets
      .filter((sheet) => found.has(sheet.item))
      .map((sheet) => ({ ...found.get(sheet.item), why: sheet.why, random: sheet.random }));
  }

  const undecided = (item) =>
    item.samples.some((s) => s.pill === "not decided" || s.pill === "under discussion");

  function gravity(item) {
    const place = GRAVEST.indexOf(item.status);
    if (!item.samples.some((s) => s.sha)) return GRAVEST.length + 2;
    if (place >= 0) return place;
    return GRAVEST.length + (undecided(item) ? 0 : 1);
  }

  function all(items) {
    return items
      .map((item) => ({ ...item, why: [], random: false }))
      .sort((a, b) => gravity(a) - gravity(b));
  }

  const known = new Map(Harness.data.items.map((item) => [item.id, item]));
  const items = Harness.plan ? planned(Harness.plan.sheets, known) : all(Harness.data.items);

  // What was said. Marks are replaced, never changed, so that a step can hold what was.

  const fresh = () =>
    ({ marks: {}, seen: {}, steps: [], others: {}, reviewer: "", meeting: "", salt: "" });
  let state = fresh();

  const mark = (id) => state.marks[id] || UNTOUCHED;
  const now = () => new Date().toISOString().replace(/\.\d+Z$/, "Z");

  /* The accepted set that a decision is made against is the one of the page on which it is made. */
  const beforeOf = (id) => (known.has(id) && known.get(id).before) || "";

  function put(id, patch) {
    const before = patch.choice ? beforeOf(id) : mark(id).before;
    state.marks[id] = { ...mark(id), ...patch, before, touched: new Date().toISOString() };
  }

  function told(ids) {
    ids.forEach((id) => emit("vote", id));
    emit("change");
  }

  /* Change several sheets as one step that `undo` takes back; `kind` lets typing be one step. */
  function change(patches, kind) {
    const ids = Object.keys(patches);
    state.steps.push({ kind: kind || "", was: ids.map((id) => [id, state.marks[id] || null]) });
    ids.forEach((id) => put(id, patches[id]));
    told(ids);
  }

  function undo() {
    const step = state.steps.pop();
    if (!step) return say("nothing to undo");
    const touched = new Date().toISOString();
    step.was.forEach(([id, was]) => {
      state.marks[id] = { ...(was || UNTOUCHED), touched };
    });
    told(step.was.map(([id]) => id));
    if (step.was.length === 1) go(store.items.findIndex((item) => item.id === step.was[0][0]));
    return say(`undone, ${progress()}`);
  }

  const judged = (id) => (rounds() === 2 ? mark(id).resolved : mark(id).choice);
  const rounds = () => (Harness.plan && Harness.plan.round) || 1;
  const count = () => items.filter((item) => judged(item.id)).length;
  const progress = () => `${count()} of ${items.length}`;

  // Words to the ear and the eye.

  let pause = false;
  function announce(text) {
    pause = !pause; // the same words twice are read twice only if they differ
    const place = document.getElementById("message");
    if (place) place.textContent = pause ? text : `${text}\u00a0`;
    emit("message", text);
  }

  function say(text) {
    announce(text);
    return text;
  }

  // Where we stand.

  const current = () => items[store.index];

  function go(index) {
    if (!items[index]) return;
    store.index = index;
    store.sample = 0;
    emit("item", items[index]);
  }

  function step(n, options) {
    const open = options && options.undecided;
    for (let at = store.index + n; at >= 0 && at < items.length; at += n) {
      if (!open || !judged(items[at].id)) return go(at);
    }
    if (open && count() < items.length) return go(items.findIndex((item) => !judged(item.id)));
    return say(open ? `nothing is undecided: ${progress()}` : n > 0 ? "this is the last sheet" : "this is the first sheet");
  }

  function setSample(i) {
    if (!current() || !current().samples[i]) return;
    store.sample = i;
    emit("sample", i);
  }

  // What was on screen.

  const seen = (sha) => Boolean(state.seen[sha]);

  function markSeen(sha, mode) {
    const modes = state.seen[sha] || [];
    if (!sha || modes.includes(mode)) return;
    state.seen[sha] = [...modes, mode];
    emit("seen", sha);
    emit("change");
  }

  const isBad = (item, sample) => Boolean(mark(item.id).bad[sample.n]);
  const nameOf = (sample) => `sample ${sample.n + 1}`;

  /* Give the samples that keep a sheet from being accepted: shown to nobody, and not bad. */
  const unseen = (item) => item.samples.filter((s) => s.sha && !seen(s.sha) && !isBad(item, s));

  /* Say why a sheet cannot be accepted; empty where it can. */
  function hindered(item) {
    if (store.blind) return "not while blind: X names the sides first";
    const pictures = item.samples.filter((s) => s.sha);
    if (!pictures.length) return "there is no picture to accept";
    if (pictures.every((s) => isBad(item, s))) return "every sample is marked bad: reject the sheet (R)";
    const lacking = unseen(item).map(nameOf);
    const were = lacking.length > 1 ? "were" : "was";
    return lacking.length ? `not accepted: ${lacking.join(", ")} ${were} not seen` : "";
  }

  // Decisions.

  function decide(choice, patch) {
    const item = current();
    const reasons = choice === "reject" ? patch.reasons : [];
    change({ [item.id]: { choice, reasons, blind: store.blind, at: now() } });
    return say(`${PAST[choice]}, ${progress()}; ${count() < items.length ? "Shift+J: next undecided" : "E: export"}`);
  }

  function accept() {
    const why = hindered(current());
    return why ? say(why) : decide("accept", {});
  }

  function reject(reasons) {
    if (store.blind) return say("not while blind: X names the sides first");
    if (!reasons || !reasons.length) return say("say why: a rejection needs a reason");
    return decide("reject", { reasons });
  }

  const discuss = () => decide("discuss", {});

  /* Note a text; on a sheet that nobody decided it is a word for the discussion. */
  function note(text) {
    const { id } = current();
    const last = state.steps[state.steps.length - 1];
    const typing = last && last.kind === "note" && last.was[0][0] === id;
    const before = (typing ? last.was[0][1] : mark(id)) || UNTOUCHED;
    const choice = before.choice || (text.trim() ? "discuss" : "");
    const patch = { note: text, choice, at: choice ? now() : "" };
    if (!typing) return change({ [id]: patch }, "note");
    put(id, patch);
    return told([id]);
  }

  /* Withdraw an acceptance that no longer holds, since a sample of it changed sides. */
  function checked(item) {
    const why = mark(item.id).choice === "accept" ? hindered(item) : "";
    if (!why) return "";
    put(item.id, { choice: "", at: "" });
    told([item.id]);
    return `; decision withdrawn, ${why}`;
  }

  function setBad(item, sample, reasons) {
    const bad = { ...mark(item.id).bad };
    if (reasons) bad[sample.n] = reasons;
    else delete bad[sample.n];
    const at = mark(item.id).choice ? now() : "";
    change({ [item.id]: { bad, at } });
    const withdrawn = checked(item);
    return say(`${nameOf(sample)} ${reasons ? "marked bad" : "no longer bad"}${withdrawn}`);
  }

  function toggleBad() {
    const item = current();
    const sample = item.samples[store.sample];
    if (store.blind) return say("not while blind: X names the sides first");
    if (!sample.sha) return say(`${nameOf(sample)} has no picture`);
    return setBad(item, sample, isBad(item, sample) ? null : []);
  }

  /* Give the sheets that "accept all seen" would accept: undecided ones that nothing hinders. */
  const acceptable = () => items.filter((item) => !mark(item.id).choice && !hindered(item));

  function acceptAllSeen() {
    const found = acceptable();
    const patch = { choice: "accept", reasons: [], blind: false, at: now() };
    if (!found.length) return say("no undecided sheet was seen whole");
    change(Object.fromEntries(found.map((item) => [item.id, patch])));
    return say(`${found.length} accepted, ${progress()}`);
  }

  /* Take over a state as it was kept, or a part of it; what was accepted since asks for another look. */
  function load(kept) {
    state = { ...state, ...kept };
    Object.entries(state.marks).forEach(([id, { choice, before }]) => {
      if (choice && before !== beforeOf(id)) put(id, { choice: "", at: "" });
    });
    told(items.map((item) => item.id));
    emit("seen", "");
  }

  const store = (Harness.store = {
    items, index: 0, sample: 0, blind: false, PAST, GRAVEST, UNTOUCHED,
    current, go, step, setSample, on, emit, announce, say, now,
    vote: mark, change, undo, accept, reject, discuss, note, toggleBad, setBad, isBad,
    acceptAllSeen, acceptable, hindered, unseen, seen, markSeen, judged, progress, count, rounds,
    nameOf,
    fresh, load, state: () => state,
    toggleBlind: () => say("blind mode is not here"),
    swapped: () => false,
    labels: () => ({ left: "baseline", right: "candidate" }),
  });
})();
