/* Fingers: a stroke over the page turns it where the screen is narrow. */
(function () {
  "use strict";

  const { store, viewer, narrow } = Harness;
  const TURN = 60; // CSS pixels a finger goes to turn the page
  const KEPT = "#cut, #strip, .tools, #sheet, input, textarea, dialog, #drawer";
  let start = null;

  function touched(event) {
    const free = event.touches.length === 1 && !event.target.closest(KEPT);
    const { clientX: x, clientY: y } = event.touches[0];
    start = free && narrow.matches && viewer.fitted() ? { x, y } : null;
  }

  function lifted(event) {
    if (!start || event.touches.length) return;
    const { clientX, clientY } = event.changedTouches[0];
    const [dx, dy] = [clientX - start.x, clientY - start.y];
    start = null;
    if (Math.abs(dx) > TURN && Math.abs(dx) > 2 * Math.abs(dy)) store.step(dx < 0 ? 1 : -1);
  }

  document.addEventListener("touchstart", touched, { passive: true });
  document.addEventListener("touchend", lifted);
})();
