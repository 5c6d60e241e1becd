/* The second round: everyone's marks on what is open, and the chair's word with its reason. */
(function () {
  "use strict";

  const { store, panel, make } = Harness;
  const plan = Harness.plan;
  if (!plan || plan.round !== 2) return;

  const at = (id) => document.getElementById(id);
  const reviews = (plan.reviews || []).map(Harness.written.whole);
  const VERBS = { accept: "Accept", reject: "Reject", discuss: "Discuss" };

  /* Give the newest word of each reviewer on a sheet, in the order of the files. */
  function marks(id) {
    const found = new Map();
    for (const review of reviews) {
      for (const vote of review.votes.filter((one) => one.item === id)) {
        const before = found.get(review.reviewer);
        if (!before || vote.at >= before.at) found.set(review.reviewer, vote);
      }
    }
    return [...found];
  }

  function earlier(id) {
    return reviews.flatMap((review) =>
      review.resolutions.filter((one) => one.item === id).map((one) => [review.reviewer, one]));
  }

  const because = (picture) => (picture.reasons.length ? ` (${picture.reasons.join(", ")})` : "");
  const badOf = (vote) =>
    vote.pictures.filter((p) => p.bad).map((p) => `${p.sample + 1}${because(p)}`).join(", ");

  function spoken(choice) {
    return make("span", { class: "choice", "data-choice": choice },
      make("i", { "aria-hidden": "true" }, panel.ICONS[choice]), ` ${panel.WORDS[choice]}`);
  }

  function card([reviewer, vote]) {
    const lines = [
      ["reasons", vote.reasons.join(", ")],
      ["bad samples", badOf(vote)],
      ["note", vote.note],
      ["", vote.pictures.some((p) => !p.seen) ? "did not see every picture" : ""],
    ].filter(([, text]) => text);
    return make("li", {}, make("p", { class: "by" }, make("bdi", {}, reviewer), " ", spoken(vote.choice)),
      ...lines.map(([name, text]) =>
        make("p", { class: name === "note" ? "note" : "line" }, name ? make("small", {}, `${name} `) : "", make("bdi", {}, text))));
  }

  function ruled([chair, one]) {
    return make("li", { class: "ruling" },
      make("p", { class: "by" }, make("bdi", {}, chair), " (chair) ", spoken(one.choice)),
      make("p", { class: "note" }, make("bdi", {}, one.reason)));
  }

  function show() {
    const item = store.current();
    if (!item) return;
    const mine = store.vote(item.id);
    const said = marks(item.id);
    const chair = store.state().reviewer || "you";
    const rulings = earlier(item.id).filter(([by]) => by !== chair || !mine.resolved);
    if (mine.resolved) rulings.push([chair, { choice: mine.resolved, reason: mine.why }]);
    const word = said.length === 1 ? "reviewer" : "reviewers";
    const head = said.length ? `${said.length} ${word} said` : "nobody said anything yet";
    at("said").replaceChildren(
      make("h2", {}, head), make("ul", {}, ...said.map(card), ...rulings.map(ruled)));
  }

  /* Ask why, and record what holds; what was not seen is not accepted by a chair either. */
  async function resolve(choice) {
    const item = store.current();
    const why = choice === "accept" ? store.hindered(item) : "";
    if (store.blind || why) return store.say(why || "not while blind: X names the sides first");
    const reason = await panel.ask({
      title: `${VERBS[choice]}: why?`, field: "area", value: store.vote(item.id).why, ok: "Resolve",
      text: "This outranks the single votes, which stay visible. Enter records it.",
      empty: "say why: a resolution needs a reason",
    });
    if (!reason) return store.say("not resolved");
    store.change({ [item.id]: { resolved: choice, why: reason, resolvedAt: store.now() } });
    return store.say(`resolved: ${store.PAST[choice]}, ${store.progress()}`);
  }

  Object.keys(VERBS).forEach((choice) => {
    panel.acts[choice] = () => resolve(choice);
  });
  const other = (text) => () => store.say(text);
  panel.acts.acceptSeen = other("in a second round each sheet is resolved by itself");
  panel.acts.bad = other("the marks are everyone's own: say it in the reason");
  panel.acts.note = other("the reason of a resolution is the note");

  /* Say who marked a sample bad, for the place under its picture. */
  Harness.badBy = (item, n) => {
    const bad = (vote) => vote.pictures.some((p) => p.bad && p.sample === n);
    const names = marks(item.id).filter(([, vote]) => bad(vote)).map(([reviewer]) => reviewer);
    return names.length ? `✖ bad: ${names.join(", ")}` : "";
  };

  panel.WORDS[""] = "unresolved";
  document.body.dataset.round = "2";
  at("said").hidden = false;
  ["item", "vote"].forEach((event) => store.on(event, show));
  panel.show();
})();
