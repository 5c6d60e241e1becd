/* The pictures: where their forms lie, what they are, and those that are loaded ahead. */
(function () {
  "use strict";

  const Harness = (window.Harness = window.Harness || {});
  const SIZES = [[3600, "4K"], [1800, "2K"], [900, "1K"]];
  const KEPT = 48;
  const ahead = new Map();

  function of(sha) {
    const pictures = (Harness.data && Harness.data.pictures) || {};
    return (Object.hasOwn(pictures, sha) && pictures[sha]) || null;
  }

  function small(sha, kind) {
    return `img/${sha.slice(0, 2)}/${sha}.${kind}.webp`;
  }

  function thumb(sha) {
    const picture = of(sha);
    return picture && !picture.no ? picture.thumb || small(sha, "thumb") : "";
  }

  /** Give where the preview lies, or the thumb where there is none; "" where nothing is shown. */
  function preview(sha) {
    const picture = of(sha);
    if (!picture || picture.no) return "";
    return picture.nopreview ? thumb(sha) : picture.preview || small(sha, "preview");
  }

  /** Give why nothing can be shown; "" where it can. */
  function trouble(sha) {
    const picture = of(sha);
    return picture ? picture.no || "" : "this picture is not in the report";
  }

  /** Give the original as {href, width, height} where the folder holds it, else null. */
  function full(sha) {
    const picture = of(sha);
    if (!picture || !picture.full) return null;
    const [href, width, height] = picture.full;
    return { href, width, height };
  }

  /** Give [width, height] of the original in pixels, as far as the report knows it. */
  function size(sha) {
    const picture = of(sha) || {};
    if (picture.full) return picture.full.slice(1);
    const said = /^(\d+)x(\d+)\b/.exec(picture.made || "");
    return said ? [Number(said[1]), Number(said[2])] : [picture.w || 0, picture.h || 0];
  }

  /** Name a size as people do: `4K`, or its pixels where it is smaller than 1K. */
  function sizeName(sha) {
    const [width, height] = size(sha);
    const found = SIZES.find(([least]) => Math.max(width, height) >= least);
    return found ? found[1] : `${width} px`;
  }

  function load(url) {
    if (!url) return Promise.resolve(null);
    if (!ahead.has(url)) {
      const image = new Image();
      image.decoding = "async";
      image.src = url;
      ahead.set(url, image.decode().then(() => image, () => null));
      if (ahead.size > KEPT) ahead.delete(ahead.keys().next().value);
    }
    return ahead.get(url);
  }

  /** Load and decode previews before they are asked for. */
  function preload(shas) {
    return Promise.all(shas.map((sha) => load(preview(sha))));
  }

  Harness.narrow = window.matchMedia("(max-width: 700px)");
  Harness.pictures = { of, thumb, preview, trouble, full, size, sizeName, load, preload };
})();
