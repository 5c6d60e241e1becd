/* Blind mode: the sides shuffled and unnamed, so that a preference is one for the picture. */
(function () {
  "use strict";

  const { store } = Harness;
  const WORDS = {
    left: "left better", right: "right better", tie: "tie", "both bad": "both bad",
  };

  /* Hash a text to 32 bits: FNV-1a, its bits mixed once more so that the lowest is fair. */
  function hash(text) {
    let h = 2166136261;
    for (const letter of text) h = Math.imul(h ^ letter.codePointAt(0), 16777619);
    h = Math.imul(h ^ (h >>> 16), 2246822507);
    h = Math.imul(h ^ (h >>> 13), 3266489909);
    return (h ^ (h >>> 16)) >>> 0;
  }

  const pair = (item) => Boolean(item && item.baseline && item.samples.some((s) => s.sha));
  const salted = (id) => `${store.state().salt}/${Harness.data.run}/${id}`;
  const swapped = () => store.blind && hash(salted(store.current().id)) % 2 === 1;

  /* What was preferred, by what the side really was. */
  function really(side) {
    if (side === "tie" || side === "both bad") return side;
    return (side === "left") === swapped() ? "candidate" : "baseline";
  }

  function shown(mark) {
    if (!store.blind || !mark.preferred) return "";
    if (mark.preferred === "tie" || mark.preferred === "both bad") return mark.preferred;
    return (mark.preferred === "baseline") === mark.baselineLeft ? "left" : "right";
  }

  function prefer(side) {
    const { id } = store.current();
    if (!store.blind) return store.say("blind mode (X) asks which side is better");
    if (!pair(store.current())) return store.say("nothing to compare: no baseline stands beside");
    const preferred = really(side);
    store.change({ [id]: { preferred, baselineLeft: !swapped(), preferredAt: store.now() } });
    const count = store.items.filter((item) => store.vote(item.id).preferred).length;
    return store.say(`${WORDS[side]}, ${count} of ${store.items.filter(pair).length} compared`);
  }

  function reveal() {
    const { preferred } = store.vote(store.current().id);
    return preferred ? `sides named: you said ${preferred === "tie" || preferred === "both bad" ? preferred : `${preferred} better`}` : "sides named";
  }

  function toggleBlind() {
    const state = store.state();
    if (!state.salt) store.load({ salt: `${(Harness.plan || {}).seed || 0}/${state.reviewer}` });
    store.blind = !store.blind;
    document.body.dataset.blind = store.blind ? "on" : "off";
    store.emit("blind", store.blind);
    return store.say(store.blind ? "blind: sides shuffled, names hidden" : reveal());
  }

  const buttons = [...document.querySelectorAll("[data-prefer]")];

  function show() {
    const side = store.current() ? shown(store.vote(store.current().id)) : "";
    const can = pair(store.current());
    buttons.forEach((button) => {
      button.setAttribute("aria-pressed", button.dataset.prefer === side);
      button.disabled = !can;
    });
  }

  buttons.forEach((button) => button.addEventListener("click", () => prefer(button.dataset.prefer)));
  ["item", "vote", "blind"].forEach((event) => store.on(event, show));

  store.toggleBlind = toggleBlind;
  store.swapped = swapped;
  store.labels = () =>
    store.blind ? { left: "left", right: "right" } : { left: "baseline", right: "candidate" };
  store.prefer = prefer;

  const add = (keys, label, does, run) => Harness.keys.add({ keys, shift: false, label, does, run });
  add(["x"], "X", "blind mode: shuffle and hide the sides", toggleBlind);
  add(["7"], "7", "blind: left is better", () => prefer("left"));
  add(["8"], "8", "blind: tie", () => prefer("tie"));
  add(["9"], "9", "blind: right is better", () => prefer("right"));
  add(["6"], "6", "blind: both are bad", () => prefer("both bad"));
  show();
})();
