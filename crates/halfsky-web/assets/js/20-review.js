/* 核对页：点目标亮原文、点原文亮目标，键盘逐条核对。 */
(function () {
  "use strict";
  var list = document.querySelector("[data-targets]");
  var source = document.querySelector("[data-source]");
  if (!list || !source) { return; }
  var keys = document.querySelector("[data-keys]");
  if (keys) { keys.hidden = false; }

  function cards() { return Array.prototype.slice.call(list.querySelectorAll(".target")); }
  function card(number) { return document.getElementById("t" + number); }
  function mark(number) {
    var found = document.getElementById("s" + number);
    return found && (found.classList.contains("mark") ? found : found.closest(".mark"));
  }

  /* 在原文框内滚动，不带动整页。 */
  function reveal(element) {
    var box = source.getBoundingClientRect();
    var place = element.getBoundingClientRect();
    if (source.scrollHeight > source.clientHeight && (place.top < box.top + 24 || place.bottom > box.bottom - 24)) {
      source.scrollTop += place.top - box.top - source.clientHeight / 3;
    }
  }

  function light(number, from) {
    document.querySelectorAll(".lit").forEach(function (one) { one.classList.remove("lit"); });
    var one = card(number), words = mark(number);
    if (one) { one.classList.add("lit"); }
    if (words) { words.classList.add("lit"); if (from !== "source") { reveal(words); } }
    if (one && from === "source") { one.scrollIntoView({ block: "nearest" }); one.focus({ preventScroll: true }); }
  }

  function current() {
    var focused = document.activeElement && document.activeElement.closest(".target");
    return focused || list.querySelector(".target.lit");
  }

  function go(step) {
    var all = cards();
    if (!all.length) { return; }
    var at = all.indexOf(current());
    var next = all[Math.min(Math.max(at + step, 0), all.length - 1)];
    next.focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
    light(next.dataset.number);
  }

  source.addEventListener("click", function (event) {
    var words = event.target.closest(".mark");
    if (!words) { return; }
    var badge = event.target.closest("a[href^='#t']");
    var number = badge ? badge.getAttribute("href").slice(2)
      : words.dataset.number || (words.querySelector("[data-number]") || {}).dataset.number;
    if (number && card(number)) { event.preventDefault(); light(number, "source"); }
  });
  list.addEventListener("click", function (event) {
    var one = event.target.closest(".target");
    if (!one) { return; }
    if (event.target.closest("[data-light]")) { event.preventDefault(); }
    light(one.dataset.number);
  });
  list.addEventListener("focusin", function (event) {
    var one = event.target.closest(".target");
    if (one && !one.classList.contains("lit")) { light(one.dataset.number); }
  });

  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) { return; }
    var typing = /^(INPUT|SELECT|TEXTAREA|BUTTON|A|SUMMARY)$/.test(event.target.tagName);
    if (typing) { return; }
    var one = current(), button = null;
    if (event.key === "j") { go(1); } else if (event.key === "k") { go(-1); }
    else if (event.key === "Enter") { button = one && one.querySelector("[data-confirm]"); }
    else if (event.key === "x") { button = one && one.querySelector("[data-leave-out]"); }
    else if (event.key === "u") { button = document.querySelector("[data-undo]:not([disabled])"); }
    else { return; }
    event.preventDefault();
    if (button) { button.click(); }
  });

  /* 保存一条后，移到下一条还没有核对的目标；有错误时停在这一条。 */
  var saved = null;
  document.addEventListener("htmx:before:request", function (event) {
    var one = event.target.closest && event.target.closest(".target");
    if (!one) { return; }
    var all = cards(), at = all.indexOf(one);
    var open = all.slice(at + 1).concat(all.slice(0, at)).filter(function (c) {
      return c.classList.contains("pending") || c.classList.contains("unchecked");
    });
    saved = { number: one.dataset.number, next: open.length ? open[0].dataset.number : null };
  });
  document.addEventListener("htmx:after:swap", function () {
    if (!saved) { return; }
    var done = saved, one = card(done.number);
    saved = null;
    var undo = document.querySelector("[data-undo]");
    if (undo) { undo.disabled = false; }
    var stay = one && (one.querySelector("[aria-invalid], .alert.error, input[type=search]:not([value=''])")
      || !/confirmed|left-out/.test(one.className));
    var next = stay ? done.number : done.next || done.number;
    if (card(next)) { card(next).focus({ preventScroll: true }); card(next).scrollIntoView({ block: "nearest" }); light(next); }
  });

  var hash = /^#[ts](\d+)$/.exec(location.hash);
  if (hash) { light(hash[1]); } else {
    var first = source.querySelector(".mark[data-number]");
    if (first) { reveal(first); }
  }
})();
