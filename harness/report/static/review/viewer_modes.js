/* The modes of comparison: what lies over what, and the handles that move it. */
(function () {
  "use strict";

  const Harness = (window.Harness = window.Harness || {});
  const MODES = [
    ["side", "side by side"], ["swipe", "swipe"], ["onion", "onion skin"], ["blink", "blink"],
    ["diff", "difference"],
  ];
  const GAINS = [1, 4, 8];
  const GROUNDS = ["dark", "grey", "white"];
  const BLINK = 700; // ms a picture stands: fewer than two changes a second
  const STEP = 5;
  const stage = document.getElementById("stage");
  const cut = document.getElementById("cut");
  const mix = document.getElementById("mix");
  const auto = document.getElementById("auto");
  const state = { mode: "side", cut: 50, mix: 50, gain: 1, ground: 0, timer: 0, peek: false };
  const heard = [];

  const within = (value) => Math.max(0, Math.min(100, value));
  const changed = () => heard.forEach((fn) => fn());

  function setMode(name) {
    if (name !== "blink") stopBlinking();
    state.mode = name;
    state.peek = false;
    stage.dataset.mode = name;
    rest();
    document.querySelectorAll("#modes [data-mode]").forEach((button) => {
      button.setAttribute("aria-pressed", String(button.dataset.mode === name));
    });
    document.body.dataset.mode = name;
    changed();
  }

  /** Give the side on which A stands, the baseline; or the other one. */
  function sideOf(letter) {
    return (stage.dataset.a === "right") === (letter === "a") ? "right" : "left";
  }

  /** Show what the mode shows while nothing is held: B alone where it blinks. */
  function rest() {
    if (state.peek || state.timer) return;
    only(state.mode === "blink" ? sideOf("b") : "");
  }

  /** Show one side alone, or both for "". */
  function only(side) {
    if (side) stage.dataset.only = side;
    else delete stage.dataset.only;
  }

  function setCut(value) {
    state.cut = within(value);
    stage.style.setProperty("--cut", `${state.cut}%`);
    cut.setAttribute("aria-valuenow", String(Math.round(state.cut)));
    cut.setAttribute("aria-valuetext", `${Math.round(state.cut)} % of the left picture`);
  }

  function setMix(value) {
    state.mix = within(value);
    stage.style.setProperty("--mix", String(state.mix / 100));
    mix.value = String(state.mix);
    mix.setAttribute("aria-valuetext", `${state.mix} % of the right picture`);
    changed();
  }

  function setGain(gain) {
    state.gain = gain;
    stage.style.setProperty("--gain", String(gain));
    document.querySelectorAll("[data-gain]").forEach((button) => {
      button.setAttribute("aria-pressed", String(Number(button.dataset.gain) === gain));
    });
    changed();
  }

  function nextGain(step) {
    const at = GAINS.indexOf(state.gain) + step;
    setGain(GAINS[Math.max(0, Math.min(GAINS.length - 1, at))]);
  }

  /** Move what the mode can move by 5 %, or the gain by one. */
  function nudge(step) {
    if (state.mode === "swipe") setCut(state.cut + step * STEP);
    else if (state.mode === "onion") setMix(state.mix + step * STEP);
    else if (state.mode === "diff") nextGain(step);
  }

  /** See A alone, while Space is held or until the button is pressed again. */
  function peek(on) {
    if (state.mode === "side" || stage.dataset.single) return;
    stopBlinking();
    state.peek = on;
    document.getElementById("peek").setAttribute("aria-pressed", String(on));
    if (on) only(sideOf("a"));
    else rest();
    changed();
  }

  function stopBlinking() {
    window.clearInterval(state.timer);
    state.timer = 0;
    rest();
    auto.setAttribute("aria-pressed", "false");
  }

  /** Blink by itself, or stop; never where motion is not wanted. */
  function toggleAuto() {
    if (state.timer) return stopBlinking();
    if (Harness.panes.still.matches) {
      return Harness.store.announce("your system asks for less motion: hold Space to blink");
    }
    auto.setAttribute("aria-pressed", "true");
    state.timer = window.setInterval(() => {
      only(stage.dataset.only === "left" ? "right" : "left");
      changed();
    }, BLINK);
    return undefined;
  }

  function nextGround() {
    state.ground = (state.ground + 1) % GROUNDS.length;
    stage.dataset.ground = GROUNDS[state.ground];
    Harness.store.announce(`${GROUNDS[state.ground]} ground`);
  }

  function drag(event) {
    const frame = stage.getBoundingClientRect();
    setCut(((event.clientX - frame.left) / frame.width) * 100);
  }

  function slide(event) {
    const by = { ArrowLeft: -STEP, ArrowDown: -STEP, ArrowRight: STEP, ArrowUp: STEP,
      PageDown: -2 * STEP, PageUp: 2 * STEP, Home: -100, End: 100 }[event.key];
    if (!by || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    setCut(state.cut + by);
  }

  cut.addEventListener("pointerdown", (event) => {
    cut.setPointerCapture(event.pointerId);
    event.stopPropagation();
  });
  cut.addEventListener("pointermove", (event) => {
    if (cut.hasPointerCapture(event.pointerId)) drag(event);
  });
  cut.addEventListener("keydown", slide);
  mix.addEventListener("input", () => setMix(Number(mix.value)));
  auto.addEventListener("click", toggleAuto);
  document.getElementById("peek").addEventListener("click", () => peek(!state.peek));
  document.querySelectorAll("[data-gain]").forEach((button) => {
    button.addEventListener("click", () => setGain(Number(button.dataset.gain)));
  });
  Harness.panes.still.addEventListener("change", stopBlinking);

  Harness.modes = {
    MODES, state, setMode, nudge, peek, toggleAuto, nextGround, nextGain, setGain, setCut, setMix,
    stop: stopBlinking, rest,
    on: (fn) => heard.push(fn),
  };
  setCut(50);
  setMix(50);
  setGain(1);
})();
