/* The samples of a cell: a strip of them all, and the sheet that shows them large, side by side. */
(function () {
  "use strict";

  const { store, make } = Harness;
  const narrow = window.matchMedia("(max-width: 700px)"); // where the page scrolls, not the sheet
  const LEAST = 320; // CSS pixels of the longer side from which a picture counts as seen
  const CAPTION = 44; // CSS pixels of a line under a picture
  const GAP = 14;
  const stage = document.getElementById("stage");
  const strip = document.getElementById("strip");
  const grid = make("div", { class: "cells" });
  const beside = make("aside", { class: "examples" });
  const sheet = make("div", { id: "sheet", class: "sheet", hidden: true, role: "region",
    "aria-label": "All samples of this sheet" }, grid, beside);
  stage.append(sheet);

  const pictures = () => Harness.pictures;
  const icon = (status) => Harness.data.icons[status] || "";
  const isOpen = () => !sheet.hidden;

  function nameOf(item, place) {
    const { n } = item.samples[place];
    const medoid = place === 0 && item.samples.length > 1 ? ", medoid" : "";
    return `sample ${n + 1} of ${item.samples.length}${medoid}`;
  }

  function altOf(item, place) {
    return `candidate, ${item.id}, ${nameOf(item, place)}, ${item.samples[place].status}`;
  }

  /* Look at one sample large: the sheet gives way to the viewer. */
  function closer(place) {
    close();
    store.setSample(place);
  }

  function badOf(item, place) {
    return store.vote(item.id).bad[item.samples[place].n];
  }

  // The sheet.

  function picture(item, place) {
    const { sha, words } = item.samples[place];
    const trouble = sha ? pictures().trouble(sha) : words || "no picture";
    if (trouble) return make("p", { class: "instead" }, trouble);
    const image = make("img", { src: pictures().preview(sha), alt: altOf(item, place), decoding: "async", "data-sha": sha });
    const { w, h } = pictures().of(sha);
    image.style.setProperty("--shape", w / h || 1);
    image.addEventListener("load", () => look(image));
    const button = make("button", { type: "button", class: "closer", title: "look closer" }, image);
    button.addEventListener("click", () => closer(place));
    return button;
  }

  function marking(item, place) {
    const button = make("button", { type: "button", class: "mark-bad" });
    button.addEventListener("click", () => {
      store.setSample(place);
      Harness.panel.acts.bad();
    });
    return item.samples[place].sha ? button : "";
  }

  function cell(item, place) {
    const { status, pill, notes, n } = item.samples[place];
    const said = [pill, ...(notes || [])].filter(Boolean).join(", ");
    const medoid = place === 0 && item.samples.length > 1 ? " medoid " : " ";
    return make("figure", { class: "cell", "data-place": place },
      make("div", { class: "frame" }, picture(item, place)),
      make("figcaption", {},
        make("p", {}, make("span", {}, make("b", {}, String(n + 1)), medoid),
          make("span", { class: `mark ${status}` }, `${icon(status)} ${status}`),
          make("span", { class: "seen" }), make("bdi", { class: "bad-word" }), marking(item, place)),
        said ? make("p", {}, make("small", {}, said)) : ""));
  }

  function example(sha, i, all) {
    const name = `baseline ${i + 1} of ${all.length}`;
    const image = make("img", { src: pictures().thumb(sha), alt: name, loading: "lazy", decoding: "async" });
    const button = make("button", { type: "button", title: `${name}: compare with it` }, image);
    button.addEventListener("click", () => {
      close();
      Harness.viewer.against(sha, name);
    });
    return button;
  }

  function examples(item) {
    if (!item.baseline) return [];
    const head = make("p", {}, make("b", {}, item.baseline.kind), make("small", {}, "examples, not a pair"));
    const shown = item.baseline.pictures.filter((sha) => !pictures().trouble(sha));
    return [head, make("div", {}, ...shown.map(example))];
  }

  /* Give the number of columns by which the pictures are largest, and how large they are. */
  function fitted(item) {
    const wide = grid.clientWidth;
    const high = narrow.matches ? 0.8 * window.innerHeight : sheet.clientHeight - 2 * GAP;
    const shapes = item.samples.map(({ sha }) => pictures().of(sha || "")).filter((p) => p && p.w);
    const shape = shapes.length ? Math.max(...shapes.map(({ w, h }) => h / w)) : 1;
    const count = item.samples.length;
    const caption = item.samples.some((s) => s.pill || s.notes) ? 1.6 * CAPTION : CAPTION;
    const sizes = item.samples.map((_, i) => {
      const across = (wide - GAP * i) / (i + 1);
      const down = high / Math.ceil(count / (i + 1)) - caption - GAP;
      return [i + 1, Math.min(across, down / shape)];
    });
    const [columns, width] = sizes.reduce((best, one) => (one[1] > best[1] ? one : best));
    if (Math.max(width, width * shape) > LEAST + 20) return { columns, width, height: width * shape };
    return scrolled(wide, high, shape);
  }

  /* Where they would be too small to be judged, they are read by scrolling. */
  function scrolled(wide, high, shape) {
    const least = (LEAST + 20) / Math.max(1, shape);
    const columns = Math.max(1, Math.floor((wide + GAP) / (least + GAP)));
    const width = Math.min((wide - GAP * (columns - 1)) / columns, Math.max(least, (high - CAPTION) / shape));
    return { columns, width, height: width * shape };
  }

  function layOut() {
    if (!isOpen() || !store.current()) return;
    const { columns, width, height } = fitted(store.current());
    grid.style.setProperty("--columns", columns);
    grid.style.setProperty("--cell", `${Math.floor(width)}px`);
    grid.style.setProperty("--high", `${Math.floor(height)}px`);
  }

  // Who saw what.

  const onScreen = new Set();
  const watcher = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting) onScreen.add(target);
      else onScreen.delete(target);
      look(target);
    }
  }, { threshold: 0.9 });

  const isSeen = (image) => image.isConnected && onScreen.has(image) && isOpen() && !document.hidden &&
    image.naturalWidth > 0 && Math.max(image.clientWidth, image.clientHeight) >= LEAST;

  /* A picture is seen once it stood on the screen, whole and large enough, for two frames. */
  function look(image) {
    if (!isSeen(image)) return;
    window.requestAnimationFrame(() => window.requestAnimationFrame(() => {
      if (isSeen(image)) store.markSeen(image.dataset.sha, "sheet");
    }));
  }

  // The strip.

  function thumb(item, place) {
    const { sha, n, words } = item.samples[place];
    const inside = sha && !pictures().trouble(sha)
      ? make("img", { src: pictures().thumb(sha), alt: nameOf(item, place), decoding: "async" })
      : make("span", { class: "instead" }, words || "no picture");
    const button = make("button", { type: "button", class: "thumb", "data-place": place },
      inside, make("span", { class: "number" }, `${n + 1}${place === 0 && item.samples.length > 1 ? " medoid" : ""}`),
      make("span", { class: "bad-word" }));
    button.addEventListener("click", () => store.setSample(place));
    return button;
  }

  function fill() {
    const item = store.current();
    if (!item) return;
    watcher.disconnect();
    onScreen.clear();
    const cells = isOpen() ? item.samples.map((_, place) => cell(item, place)) : [];
    grid.replaceChildren(...cells);
    beside.replaceChildren(...(isOpen() ? examples(item) : []));
    sheet.classList.toggle("alone", !item.baseline);
    const samples = make("div", { class: "samples", role: "group", "aria-label": "Samples" },
      ...item.samples.map((_, place) => thumb(item, place)));
    const others = make("div", { class: "examples" }, ...examples(item));
    strip.replaceChildren(samples, ...(item.baseline ? [others] : []));
    layOut();
    cells.forEach((one) => one.querySelectorAll("img").forEach((image) => watcher.observe(image)));
    mark();
  }

  const SAID = { true: "✔ seen", false: "○ not seen yet" };

  function markCell(item, figure) {
    const place = Number(figure.dataset.place);
    const { sha } = item.samples[place];
    const bad = badOf(item, place);
    figure.classList.toggle("bad", Boolean(bad));
    figure.toggleAttribute("data-current", place === store.sample);
    figure.querySelector(".seen").textContent = sha ? SAID[store.seen(sha)] : "";
    figure.querySelector(".bad-word").textContent = Harness.badBy ? Harness.badBy(item, item.samples[place].n) : "";
    const button = figure.querySelector(".mark-bad");
    if (!button) return;
    button.setAttribute("aria-pressed", Boolean(bad));
    button.textContent = bad ? `✖ bad${bad.length ? `: ${bad.join(", ")}` : ""}` : "mark bad";
  }

  function markThumb(item, button) {
    const place = Number(button.dataset.place);
    const bad = badOf(item, place);
    if (place === store.sample) button.setAttribute("aria-current", "true");
    else button.removeAttribute("aria-current");
    button.classList.toggle("bad", Boolean(bad));
    button.querySelector(".bad-word").textContent = bad ? "✖ bad" : "";
  }

  function mark() {
    const item = store.current();
    if (!item) return;
    grid.querySelectorAll(".cell").forEach((figure) => markCell(item, figure));
    strip.querySelectorAll(".thumb").forEach((button) => markThumb(item, button));
  }

  function selected() {
    mark();
    const here = grid.querySelector("[data-current]");
    if (here) here.scrollIntoView({ block: "nearest" });
  }

  // Open and closed.

  function open() {
    if (store.blind) return store.say("not while blind: the sheet would name the sides");
    sheet.hidden = false;
    document.body.dataset.sheet = "open";
    fill();
    return store.emit("sheet", true);
  }

  function close() {
    if (!isOpen()) return;
    sheet.hidden = true;
    delete document.body.dataset.sheet;
    fill();
    store.emit("sheet", false);
    if (Harness.viewer) Harness.viewer.retell();
  }

  /* Several samples are decided on at once, so that they are first shown at once. */
  function arrived(item) {
    if (item.samples.length > 1 && !store.blind) {
      open();
      sheet.scrollTop = 0;
    } else {
      close();
      fill();
    }
  }

  store.on("item", arrived);
  store.on("sample", selected);
  store.on("vote", mark);
  store.on("seen", mark);
  store.on("blind", (blind) => (blind ? close() : arrived(store.current())));
  document.addEventListener("visibilitychange", () => onScreen.forEach(look));
  new ResizeObserver(() => (layOut(), onScreen.forEach(look))).observe(stage);
  Harness.keys.add({ keys: ["0"], shift: false, label: "0", does: "the sheet of all samples", group: "Compare",
    run: () => (isOpen() ? close() : open()) });

  Harness.sheet = { open, close, isOpen };
})();
