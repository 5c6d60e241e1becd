// Draw the charts of trends.html: each when it comes near the window, anew when its width changes.
(function () {
  "use strict";

  const drawings = window.__TRENDS__ || {};
  const vega = window.vega;
  const views = new Map();
  const widths = new Map();

  // Give the drawing's specification at the width of its box; the original stays as it is.
  function fitted(key, width) {
    return Object.assign(JSON.parse(JSON.stringify(drawings[key])), { width });
  }

  // Draw by the interpreter: the page forbids code that is made of text.
  async function draw(box) {
    const key = box.dataset.drawing;
    const width = Math.floor(box.clientWidth);
    if (!drawings[key] || !width || widths.get(box) === width) {
      return;
    }
    widths.set(box, width);
    const compiled = window.vegaLite.compile(fitted(key, width)).spec;
    const runtime = vega.parse(compiled, null, { ast: true });
    const view = new vega.View(runtime, { expr: vega.expressionInterpreter, renderer: "svg" });
    const old = views.get(box);
    if (old) {
      old.finalize();
    }
    views.set(box, view);
    await view.initialize(box).runAsync();
    box.dataset.drawn = "yes";
  }

  // A drawing that fails leaves its table, and says so; the others are drawn all the same.
  function tried(box) {
    draw(box).catch((error) => {
      box.textContent = "This chart could not be drawn; its table stands below.";
      console.error(box.dataset.drawing, error);
    });
  }

  // Light, dark, or as the system says: the drawings' colours follow the page's by themselves.
  function choose() {
    const button = document.getElementById("theme");
    const theme = window.Harness.theme;
    const tell = () => {
      button.textContent = theme.said();
    };
    button.hidden = false;
    button.addEventListener("click", () => {
      theme.next();
      tell();
    });
    tell();
  }

  function start() {
    const boxes = Array.from(document.querySelectorAll("[data-drawing]"));
    const near = new IntersectionObserver(
      (entries) => entries.filter((entry) => entry.isIntersecting).forEach((entry) => tried(entry.target)),
      { rootMargin: "600px" }
    );
    const sized = new ResizeObserver((entries) => {
      entries.filter((entry) => views.has(entry.target)).forEach((entry) => tried(entry.target));
    });
    boxes.forEach((box) => {
      box.hidden = false;
      near.observe(box);
      sized.observe(box);
    });
    window.addEventListener("beforeprint", () => boxes.forEach(tried));
  }

  choose();
  start();
})();
