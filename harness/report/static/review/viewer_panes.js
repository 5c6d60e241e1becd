/* The panes: two viewers over one viewport, so that what one does the other does. */
(function () {
  "use strict";

  const Harness = (window.Harness = window.Harness || {});
  const still = window.matchMedia("(prefers-reduced-motion: reduce)");
  const MARGIN = 1.02;
  const COARSEST = 100; // pixels of the smallest of the ever halved copies
  const SETTINGS = {
    drawer: "canvas", showNavigationControl: false, showNavigator: false, tabIndex: "",
    crossOriginPolicy: false, preserveViewport: true, preserveImageSizeOnResize: true,
    visibilityRatio: 0.3, zoomPerScroll: 1.25, maxImageCacheCount: 12, immediateRender: true,
    gestureSettingsMouse: { clickToZoom: false, dblClickToZoom: true },
    gestureSettingsTouch: { clickToZoom: false, dblClickToZoom: true, flickEnabled: false },
  };

  /* OpenSeadragon would write a style into the page, which the page's policy refuses: it leaves
     that out where it finds one with this mark. */
  const mark = document.createElementNS("", "style");
  mark.setAttribute("data-openseadragon-mobile-css", "true");
  document.head.append(mark);

  /** A picture that was loaded ahead, so that nothing is read or decoded a second time. */
  class Ahead extends OpenSeadragon.ImageTileSource {
    getImageInfo(url) {
      Harness.pictures.load(url).then((image) => {
        if (!image) this.raiseEvent("open-failed", { message: "not a picture", source: url });
        else this.take(image);
      });
    }

    take(image) {
      const { naturalWidth: width, naturalHeight: height } = image;
      const levels = [{ url: image.src, width, height }];
      for (let i = 1; Math.min(width, height) >> i >= COARSEST; i += 1) {
        levels.unshift({ width: width >> i, height: height >> i });
      }
      Object.assign(this, {
        image, levels, width, height, tileWidth: width, tileHeight: height, tileOverlap: 0,
        minLevel: 0, maxLevel: levels.length - 1,
      });
      this.raiseEvent("ready", { tileSource: this });
    }
  }

  /** Show pictures in `element`; `drawn(pane)` is called whenever one has really been drawn. */
  function Pane(element, drawn) {
    this.element = element;
    this.words = element.querySelector(".instead");
    this.drawn = drawn;
    this.sha = "";
    this.turn = 0;
    this.item = null;
    this.fine = null;
    this.lost = false;
    this.there = false;
    this.view = OpenSeadragon({
      ...SETTINGS, element: element.querySelector(".osd"), animationTime: still.matches ? 0 : 0.2,
    });
    this.view.addHandler("canvas-key", (event) => { event.preventDefaultAction = true; });
    this.view.addHandler("fully-loaded-change", () => this.tell());
    this.view.addHandler("animation-finish", () => { this.refine(); this.tell(); });
  }

  /** Show a picture, or words where there is none. */
  Pane.prototype.show = function (sha, words) {
    this.turn += 1;
    this.sha = sha;
    const trouble = sha ? Harness.pictures.trouble(sha) : words;
    this.words.textContent = trouble;
    this.words.hidden = !trouble;
    this.fine = null;
    this.lost = false;
    this.there = false;
    if (!sha || trouble) this.clear(null);
    else this.bring(Harness.pictures.preview(sha), this.turn);
  };

  Pane.prototype.bring = function (url, turn) {
    const late = window.setTimeout(() => { if (turn === this.turn) this.clear(null); }, 150);
    this.add(new Ahead({ url }), (item) => {
      window.clearTimeout(late);
      if (turn !== this.turn) return this.view.world.removeItem(item);
      this.item = item;
      const swap = () => { if (turn === this.turn) this.arrived(item); };
      if (item.getFullyLoaded()) return swap();
      return item.addOnceHandler("fully-loaded-change", swap);
    }, () => this.gone());
  };

  Pane.prototype.arrived = function (item) {
    const { world } = this.view;
    this.there = true;
    this.clear(item);
    const early = this.fine && world.getIndexOfItem(this.fine) >= 0;
    if (early) world.setItemIndex(this.fine, world.getItemCount() - 1);
    this.tell();
  };

  /** Add a picture; `failed` is called where its file cannot be shown, while it is still wanted. */
  Pane.prototype.add = function (tileSource, success, failed) {
    const turn = this.turn;
    this.view.addTiledImage({
      tileSource, x: 0, y: 0, width: 1,
      success: (event) => success(event.item),
      error: () => { if (turn === this.turn) failed(); },
    });
  };

  Pane.prototype.gone = function () {
    if (this.there) return;
    this.clear(null);
    this.words.textContent = "this picture's file is missing or broken";
    this.words.hidden = false;
  };

  /** Take away every picture but `kept` and the original: it may come before its preview. */
  Pane.prototype.clear = function (kept) {
    const world = this.view.world;
    for (let i = world.getItemCount() - 1; i >= 0; i -= 1) {
      const item = world.getItemAt(i);
      if (item !== kept && item !== this.fine) world.removeItem(item);
    }
  };

  /** Tell that the picture stands on the screen: two frames after it was loaded. */
  Pane.prototype.tell = function () {
    const turn = this.turn;
    window.requestAnimationFrame(() => window.requestAnimationFrame(() => {
      if (turn === this.turn && this.ready()) this.drawn(this);
    }));
  };

  /** Tell whether the picture has come; a nearer look may still bring finer ones. */
  Pane.prototype.ready = function () {
    return this.there;
  };

  /** Give how many pixels of the screen (CSS) the picture is wide now. */
  Pane.prototype.width = function () {
    return this.view.viewport.getZoom(true) * this.view.viewport.getContainerSize().x;
  };

  /** Give height / width of the picture, 0 for none. */
  Pane.prototype.shape = function () {
    const [width, height] = this.sha ? Harness.pictures.size(this.sha) : [0, 0];
    return width ? height / width : 0;
  };

  /** Lay the original over the preview where the preview is no longer fine enough. */
  Pane.prototype.refine = function () {
    const full = this.sha && Harness.pictures.full(this.sha);
    if (!full || !this.item) return;
    const near = this.isNear();
    if (this.fine && this.fine.setOpacity) this.fine.setOpacity(near ? 1 : 0);
    if (!near || this.fine) return;
    const turn = this.turn;
    this.fine = {};
    const original = { type: "image", url: full.href, buildPyramid: false, crossOriginPolicy: false };
    this.add(original, (item) => {
      if (turn !== this.turn) return this.view.world.removeItem(item);
      this.fine = item;
      item.addHandler("fully-loaded-change", () => this.tell());
      return this.tell(); // it may have been whole before anyone listened
    }, () => { this.lost = true; this.tell(); });
  };

  /** Tell whether the preview is too coarse for how near one is; 100 % is the original's bytes. */
  Pane.prototype.isNear = function () {
    const least = Math.min(Harness.pictures.of(this.sha).w * 1.02, Harness.pictures.size(this.sha)[0] * 0.99);
    return this.width() * window.devicePixelRatio > least;
  };

  /** Tell whether what is seen now is the original's own pixels. */
  Pane.prototype.isFine = function () {
    return Boolean(this.fine && this.fine.getFullyLoaded && this.fine.getFullyLoaded());
  };

  /** Link panes: the one that was touched last leads, the others follow. */
  function Linked(panes, changed) {
    this.panes = panes;
    this.leader = panes[0];
    this.fitted = true;
    this.changed = changed;
    panes.forEach((pane) => this.listen(pane));
  }

  Linked.prototype.listen = function (pane) {
    const lead = () => { this.leader = pane; };
    for (const kind of ["pointerdown", "wheel", "touchstart"]) {
      pane.element.addEventListener(kind, lead, { capture: true, passive: true });
    }
    for (const kind of ["canvas-drag", "canvas-scroll", "canvas-pinch", "canvas-double-click"]) {
      pane.view.addHandler(kind, () => { lead(); this.fitted = false; });
    }
    pane.view.addHandler("viewport-change", () => { if (pane === this.leader) this.follow(); });
    pane.view.addHandler("after-resize", () => window.queueMicrotask(() => this.resized(pane)));
  };

  Linked.prototype.follow = function () {
    const port = this.leader.view.viewport;
    for (const pane of this.panes) {
      if (pane !== this.leader) {
        pane.view.viewport.zoomTo(port.getZoom(true), null, true);
        pane.view.viewport.panTo(port.getCenter(true), true);
      }
      pane.refine();
    }
    this.changed();
  };

  /** Keep what is seen; it comes after OpenSeadragon has put its own zoom in place. */
  Linked.prototype.resized = function (pane) {
    if (this.fitted) this.fit(true);
    else if (pane === this.leader) this.follow();
  };

  /** Show whole pictures; the higher of the two decides. */
  Linked.prototype.fit = function (now) {
    const tallest = Math.max(...this.panes.map((pane) => pane.shape())) || 1;
    const frame = new OpenSeadragon.Rect(
      (1 - MARGIN) / 2, (tallest * (1 - MARGIN)) / 2, MARGIN, tallest * MARGIN);
    this.fitted = true;
    for (const pane of this.panes) {
      const port = pane.view.viewport;
      port.fitBounds(frame, now || pane !== this.leader);
      port.minZoomLevel = port.getZoom() * 0.5;
      port.maxZoomLevel = Math.max(port.getZoom(), this.zoomFor(8));
    }
    this.follow();
  };

  /** Give the zoom at which one pixel of the original is `scale` pixels of the screen. */
  Linked.prototype.zoomFor = function (scale) {
    const pane = this.measured();
    const [width] = pane.sha ? Harness.pictures.size(pane.sha) : [1];
    const screen = pane.view.viewport.getContainerSize().x * window.devicePixelRatio;
    return ((width || 1) * scale) / (screen || 1);
  };

  /** Give the pane whose picture the zoom is told of: the finest original of the two. */
  Linked.prototype.measured = function () {
    const size = (pane) => (pane.sha ? Harness.pictures.size(pane.sha)[0] : 0);
    return [...this.panes].sort((one, other) => size(other) - size(one))[0];
  };

  Linked.prototype.zoomTo = function (zoom) {
    this.fitted = false;
    const port = this.leader.view.viewport;
    port.zoomTo(zoom, null, still.matches);
    port.applyConstraints(still.matches);
  };

  Linked.prototype.zoomBy = function (factor) {
    this.zoomTo(this.leader.view.viewport.getZoom() * factor);
  };

  /** Give the scale of the original on the screen, 1 where a pixel is a pixel. */
  Linked.prototype.scale = function () {
    return this.leader.view.viewport.getZoom(true) / this.zoomFor(1);
  };

  Harness.panes = { Pane, Linked, still };
})();
