/* The page as a whole: the top bar, the address, the keys of moving and looking, the first sheet. */
(function () {
  "use strict";

  const Harness = (window.Harness = window.Harness || {});
  const { store, viewer, modes, keys, drawer, pictures } = Harness;
  const OURS = ["item", "mode", "sample"];
  const AHEAD = 32; // pictures that are loaded before they are asked for
  const grid = document.getElementById("grid");
  const find = (id) => document.getElementById(id);
  let restoring = false;

  /* The address: what is ours in it, and what the grid put there and wants back. */

  function said() {
    return new URLSearchParams(window.location.hash.slice(1));
  }

  function sheetOpen() {
    return Boolean(Harness.sheet && Harness.sheet.isOpen && Harness.sheet.isOpen());
  }

  function writeAddress() {
    const item = store.current();
    if (restoring || !item) return;
    const address = said();
    const sample = item.samples[store.sample];
    address.set("item", item.id);
    address.set("mode", sheetOpen() ? "sheet" : modes.state.mode);
    if (item.samples.length > 1 && sample) address.set("sample", String(sample.n + 1));
    else address.delete("sample");
    window.history.replaceState(null, "", `#${address}`);
    grid.href = `index.html#${address}`;
  }

  function readAddress() {
    const address = said();
    const at = store.items.findIndex((item) => item.id === address.get("item"));
    const wanted = address.get("mode");
    restoring = true;
    store.go(at >= 0 ? at : Math.max(0, Math.min(store.index, store.items.length - 1)));
    if (at >= 0) readSample(Number(address.get("sample")));
    if (modes.MODES.some(([name]) => name === wanted)) openMode(wanted);
    restoring = false;
    if (address.get("item") && at < 0) store.announce("the sheet that the address names is not here");
    writeAddress();
  }

  function readSample(number) {
    const found = store.current().samples.findIndex((sample) => sample.n + 1 === number);
    if (found > 0) store.setSample(found);
  }

  function openMode(name) {
    if (sheetOpen()) Harness.sheet.close();
    modes.setMode(name);
  }

  /* The top bar. */

  function statusOf(item) {
    const icon = Harness.data.icons[item.status] || "";
    return `${icon} ${item.status}`;
  }

  /** Say an effect as the report does: .58, -.01, 1.17. */
  function short(size) {
    return typeof size === "number" ? size.toFixed(2).replace(/^(-?)0\./, "$1.") : "not known";
  }

  function driftOf({ drift }) {
    if (!drift) return "";
    const effect = drift.effect === undefined ? "" :
      `, effect ${short(drift.effect)} (${short(drift.low)} to ${short(drift.high)})`;
    return `${drift.moved ? "moved" : "not seen to move"}${effect}`;
  }

  function factsOf(item) {
    const asked = (item.asked || []).slice(0, 2).map(([, value]) => value).join(" · ");
    const bad = item.bad ? `${item.bad[0]} of ${item.bad[1]} bad` : "";
    const why = item.why && item.why.length ? `here: ${item.why.join(", ")}` : "";
    const same = item.same ? "the reference sample's own answers" : "";
    return [asked, bad, same, driftOf(item), why].filter(Boolean);
  }

  function head(item) {
    find("place").textContent = `${store.index + 1} / ${store.items.length}`;
    find("title").textContent = item.id;
    document.title = `${item.id} · review`;
    const status = find("status");
    status.textContent = store.blind ? "" : statusOf(item);
    status.className = `mark ${item.status}`;
    const facts = store.blind ? ["blind: names and numbers are hidden"] : factsOf(item);
    find("facts").replaceChildren(...facts.map((fact) => {
      const made = document.createElement("li");
      made.textContent = fact;
      return made;
    }));
  }

  function draw() {
    const item = store.current();
    if (!item) return;
    head(item);
    find("all").hidden = item.samples.length < 2;
    viewer.show(item, store.sample);
    drawer.show();
    showModes();
    writeAddress();
    ahead();
  }

  /** Load what is likely to be looked at next: the pair and the samples of the sheets around. */
  function ahead() {
    const around = [1, 2, -1].map((step) => store.items[store.index + step]).filter(Boolean);
    const pair = (item) => [(item.baseline || { pictures: [] }).pictures[0], item.samples[0].sha];
    const rest = (item) => item.samples.map((sample) => sample.sha);
    const shas = [store.current(), ...around].flatMap((item) => [...pair(item), ...rest(item)]);
    ahead.done = pictures.preload([...new Set(shas.filter(Boolean))].slice(0, AHEAD));
  }

  /** Say which way of looking is on: the sheet of all samples covers the pair. */
  function showModes() {
    const open = sheetOpen();
    find("all").setAttribute("aria-pressed", String(open));
    document.querySelectorAll("#modes [data-mode]").forEach((button) => {
      button.setAttribute("aria-pressed", String(!open && button.dataset.mode === modes.state.mode));
    });
  }

  function sheetTurned(open) {
    showModes();
    if (!open) viewer.refresh();
    writeAddress();
  }

  let fading = 0;

  /** Let a message fade from the eye; the ear has it already. */
  function toast() {
    const place = find("message");
    place.classList.remove("gone");
    window.clearTimeout(fading);
    fading = window.setTimeout(() => place.classList.add("gone"), 3500);
  }

  /* Moving. */

  function variant() {
    const item = store.current();
    const among = store.items.filter((one) => one.suite === item.suite && one.case === item.case);
    if (among.length < 2) return store.announce("this case has one variant here");
    const next = among[(among.indexOf(item) + 1) % among.length];
    return store.go(store.items.indexOf(next));
  }

  function turnSample(step) {
    const count = store.current().samples.length;
    if (count < 2) store.announce("this sheet has one sample");
    else store.setSample((store.sample + step + count) % count);
  }

  function fullScreen() {
    const wide = document.body.classList.toggle("wide");
    if (wide) document.documentElement.requestFullscreen().catch(() => {});
    else if (document.fullscreenElement) document.exitFullscreen();
    store.announce(wide ? "full screen: P or Esc gives the panel back" : "panel shown");
  }

  /** The browser's own Esc leaves full screen without a word to the page. */
  function screenLeft() {
    if (!document.fullscreenElement) document.body.classList.remove("wide");
  }

  function themed(next) {
    if (next) Harness.theme.next();
    const said = Harness.theme.said();
    find("theme").textContent = said.split(" ")[0];
    find("theme").setAttribute("aria-label", `Theme: ${said}`);
    find("theme").title = `${said} (L)`;
  }

  function back() {
    if (drawer.isOpen()) drawer.close();
    else if (document.body.classList.contains("wide")) fullScreen();
    else window.location.assign(grid.href);
  }

  function search() {
    const box = document.querySelector("#panel input[type=search]");
    if (box) box.focus();
    else window.location.assign(`${grid.href}&find=`);
  }

  /* Keys and buttons: both from one list. */

  const MOVES = [
    [["j", "ArrowRight"], "next sheet", () => store.step(1), { repeats: true }],
    [["k", "ArrowLeft"], "previous sheet", () => store.step(-1), { repeats: true }],
    [["j"], "next undecided sheet", () => store.step(1, { undecided: true }), { shift: true }],
    [["v"], "next variant of this case", variant],
    [["."], "next sample", () => turnSample(1)],
    [[","], "previous sample", () => turnSample(-1)],
  ];
  const ZOOMS = [
    [["z"], "100 %: a pixel is a pixel", () => viewer.whole()],
    [["f"], "fit", () => viewer.fit()],
    [["+", "="], "nearer", () => viewer.zoom(1.5), { repeats: true, label: "+" }],
    [["-", "_"], "farther", () => viewer.zoom(1 / 1.5), { repeats: true, label: "-" }],
  ];
  const LOOKS = [
    ...modes.MODES.map(([name, word], i) => [[String(i + 1)], word, () => openOrAgain(name)]),
    [[" "], "hold: see A alone", () => modes.peek(true), { end: () => modes.peek(false) }],
    [["["], "swipe, mix or gain: less", () => modes.nudge(-1), { repeats: true }],
    [["]"], "swipe, mix or gain: more", () => modes.nudge(1), { repeats: true }],
    [["h"], "swap the sides", () => viewer.swap()],
    [["t"], "references beside", () => drawer.toggleRefs()],
    [["g"], "next neutral ground", () => modes.nextGround()],
  ];
  const PAGES = [
    [["i"], "prompt, findings, earlier pictures", () => drawer.toggle()],
    [["p"], "full screen, pictures only", fullScreen],
    [["l"], "light, dark, or as the system", () => themed(true)],
    [["/"], "search", search],
    [["Escape"], "close, or back to the grid", back],
  ];

  function openOrAgain(name) {
    viewer.mode(name);
    writeAddress();
  }

  function addKeys(group, rows) {
    for (const [names, does, run, more] of rows) keys.add({ keys: names, does, run, group, ...more });
  }

  const BUTTONS = {
    previous: () => store.step(-1), next: () => store.step(1), nearer: () => viewer.zoom(1.5),
    farther: () => viewer.zoom(1 / 1.5), fit: () => viewer.fit(), whole: () => viewer.whole(),
    drawer: () => drawer.toggle(), refs: () => drawer.toggleRefs(), full: fullScreen,
    help: () => keys.help(), theme: () => themed(true),
    all: () => (sheetOpen() ? Harness.sheet.close() : Harness.sheet.open()),
    "close-drawer": () => drawer.close(),
  };

  function press(event) {
    const button = event.target.closest("[data-does], #modes [data-mode]");
    if (!button) return;
    if (button.dataset.does) BUTTONS[button.dataset.does]();
    else openOrAgain(button.dataset.mode);
  }

  function start() {
    addKeys("Move", MOVES);
    addKeys("Compare", LOOKS);
    addKeys("Zoom", ZOOMS);
    addKeys("Page", PAGES);
    document.addEventListener("click", press);
    window.addEventListener("hashchange", readAddress);
    document.addEventListener("fullscreenchange", screenLeft);
    document.addEventListener("visibilitychange", () => viewer.retell());
    store.on("item", draw);
    store.on("sample", draw);
    store.on("blind", draw);
    store.on("sheet", sheetTurned);
    store.on("message", toast);
    modes.on(writeAddress);
    themed(false);
    document.body.classList.add("ready");
    if (store.items.length) readAddress();
    else find("title").textContent = "nothing to review";
  }

  start();
  Harness.main = { draw, ahead };
})();
