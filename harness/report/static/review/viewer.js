/* The viewer: which two pictures stand there, under which names, how near, and who saw them. */
(function () {
  "use strict";

  const Harness = (window.Harness = window.Harness || {});
  const { store, pictures, modes } = Harness;
  const LEAST = 320; // CSS pixels of the longer side from which a picture counts as seen
  const LETTERS = { baseline: "A", candidate: "B" };
  const stage = document.getElementById("stage");
  const compare = document.getElementById("compare");
  const badge = document.getElementById("badge");
  const zoomed = document.getElementById("zoom");
  const state = { item: null, sample: 0, swapped: false, against: null, sides: {}, drawn: null };
  const panes = [...stage.querySelectorAll(".pane")].map((one) => new Harness.panes.Pane(one, drawn));
  const linked = new Harness.panes.Linked(panes, zoomChanged);
  const [left, right] = panes;

  /* What stands on which side. */

  function baselineSide(item) {
    if (state.against) return { role: "baseline", ...state.against };
    const beside = item.baseline;
    if (!beside) return null;
    const more = beside.pictures.length;
    const first = beside.kind === "reference sample" ? "medoid" : "first";
    const detail = more > 1 ? `${beside.kind}, ${first} of ${more}` : beside.kind;
    return { role: "baseline", sha: beside.pictures[0], name: "baseline", detail };
  }

  function candidateSide(item, index) {
    const sample = item.samples[index] || item.samples[0];
    const first = index === 0 && item.samples.length > 1 ? ", medoid" : "";
    const detail = `sample ${sample.n + 1} of ${item.samples.length}${first}`;
    return {
      role: "candidate", sha: sample.sha || "", words: sample.words || "no picture",
      name: "candidate", detail, status: sample.status,
    };
  }

  /** Show a sheet's pair; without a baseline the candidate stands alone. */
  function show(item, index) {
    if (state.item !== item) state.against = null;
    state.item = item;
    state.sample = index;
    const first = baselineSide(item);
    const second = candidateSide(item, index);
    const flipped = store.blind ? store.swapped() : state.swapped;
    const pair = flipped && first ? [second, first] : [first, second];
    state.sides = { left: pair[0], right: pair[1] };
    stage.dataset.a = flipped && first && !store.blind ? "right" : "left"; // blind, Space tells nothing
    modes.rest();
    single(!first);
    label();
    if (covered()) return; // it is drawn when the sheet above it is closed
    panes.forEach((pane, i) => place(pane, pair[i]));
    if (state.drawn !== item || linked.fitted) linked.fit(true);
    else linked.follow();
    state.drawn = item;
    tellAll();
  }

  function place(pane, side) {
    const sha = side ? side.sha : "";
    if (pane.sha === sha && sha && pane.item) return;
    pane.show(sha, side ? side.words || "" : "");
  }

  function single(alone) {
    if (alone) stage.dataset.single = "yes";
    else delete stage.dataset.single;
    if (alone) modes.stop();
    document.querySelectorAll("#modes [data-mode]:not([data-mode=side])").forEach((button) => {
      button.setAttribute("aria-disabled", String(alone));
    });
  }

  /* Names on the pictures. */

  function facts(sha) {
    if (!sha || !pictures.of(sha)) return "";
    const [width, height] = pictures.size(sha);
    return `${pictures.sizeName(sha)} · ${width} × ${height}`;
  }

  function label() {
    const words = store.blind ? store.labels() : {};
    for (const place of ["left", "right"]) {
      const side = state.sides[place];
      const box = document.querySelector(`.label[data-side=${place}]`);
      box.hidden = !side;
      if (side) named(box, side, words[place]);
    }
    badge.textContent = sizes();
    badge.hidden = !badge.textContent;
    describe();
  }

  function named(box, side, blind) {
    const letter = blind || stage.dataset.single ? "" : LETTERS[side.role];
    box.dataset.role = blind ? "blind" : side.role;
    box.querySelector(".letter").textContent = letter;
    box.querySelector(".name").textContent = blind || side.name;
    box.querySelector(".detail").textContent = blind ? "" : [side.detail, facts(side.sha)].filter(Boolean).join(" · ");
  }

  /** Say that both are shown at one width where their originals differ. */
  function sizes() {
    const { left: one, right: two } = state.sides;
    if (store.blind || !one || !two || !one.sha || !two.sha) return "";
    const [a, b] = [pictures.size(one.sha), pictures.size(two.sha)];
    if (a[0] === b[0] && a[1] === b[1]) return "";
    const names = [pictures.sizeName(one.sha), pictures.sizeName(two.sha)];
    const said = names[0] === names[1] ? [a.join("×"), b.join("×")] : names;
    return `${said[0]} → ${said[1]}, shown at one width`;
  }

  function describe() {
    const said = ["left", "right"].map((place) => {
      const side = state.sides[place];
      if (!side) return "";
      const name = store.blind ? store.labels()[place] : `${side.name}, ${side.detail}`;
      return `${name}: ${side.sha ? "a picture" : side.words}`;
    });
    const id = store.blind ? "" : `${state.item.id}. `;
    compare.setAttribute("aria-label", `${id}${said.filter(Boolean).join("; ")}`);
  }

  /* Zoom. */

  function zoomChanged() {
    const pane = linked.measured();
    if (!pane.sha) {
      zoomed.textContent = "";
      return;
    }
    zoomed.textContent = [`${Math.round(linked.scale() * 100)} %`, kind(pane)].filter(Boolean).join(" · ");
    touchable();
  }

  /** Say whether what is seen is the original's own pixels; nothing where the preview is finer. */
  function kind(pane) {
    if (!pictures.full(pane.sha)) return "preview";
    if (!pane.isNear()) return "";
    if (pane.lost) return "preview: the original's file is missing or broken";
    return pane.isFine() ? "original" : "loading";
  }

  /** On a narrow screen a finger turns the page while the whole picture is seen. */
  function touchable() {
    const turns = linked.fitted && Harness.narrow.matches;
    for (const pane of panes) pane.view.gestureSettingsTouch.dragToPan = !turns;
  }

  function whole() {
    linked.zoomTo(linked.zoomFor(1));
    const lacking = panes.some((pane) => pane.sha && !pictures.full(pane.sha));
    if (lacking) store.announce("100 %, of the preview: the original is not in this folder");
  }

  /* Who saw what. */

  function covered() {
    const sheet = Harness.sheet;
    return Boolean(sheet && sheet.isOpen());
  }

  /** A picture was drawn: it was seen where it stood free and large enough. */
  function drawn(pane) {
    zoomChanged();
    const alone = stage.dataset.only;
    const place = pane.element.dataset.side;
    const how = stage.dataset.single ? "side" : modes.state.mode;
    if (document.hidden || covered() || (how === "diff" && !alone)) return;
    if (alone && alone !== place) return;
    const wide = pane.width();
    if (Math.max(wide, wide * pane.shape()) >= LEAST) store.markSeen(pane.sha, how);
  }

  function tellAll() {
    panes.forEach((pane) => pane.tell());
  }

  /* What others ask for. */

  function mode(name) {
    if (covered()) Harness.sheet.close();
    if (name !== "side" && stage.dataset.single) {
      return store.announce("nothing to compare with: no accepted picture stands beside this one");
    }
    if (name === modes.state.mode && name === "blink") return modes.toggleAuto();
    if (name === modes.state.mode && name === "diff") return modes.setGain({ 1: 4, 4: 8, 8: 1 }[modes.state.gain]);
    return modes.setMode(name);
  }

  function swap() {
    if (store.blind) return store.announce("not while blind: the sides are shuffled already");
    state.swapped = !state.swapped;
    return show(state.item, state.sample);
  }

  /** Let another picture stand for the baseline until the next sheet. */
  function against(sha, name) {
    state.against = { sha, name, detail: "" };
    show(state.item, state.sample);
  }

  modes.on(() => {
    if (!state.item) return;
    window.requestAnimationFrame(() => {
      if (linked.fitted) linked.fit(true);
      tellAll();
    });
  });

  Harness.viewer = {
    show, mode, swap, against, whole, fit: () => linked.fit(false), zoom: (by) => linked.zoomBy(by),
    refresh: () => state.item && show(state.item, state.sample), retell: tellAll,
    state, linked, left, right, fitted: () => linked.fitted,
  };
})();
